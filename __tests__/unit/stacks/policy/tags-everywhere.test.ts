import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { violations } from "../../../support/policy";

test.each([
  ["provider.google", "default_labels.team", "other"],
  ["provider.google", "default_labels", null],
])("%s with %s = %j does not tag what it declares", (address, path, value) => {
  expect(violations((find) => find(address).addOverride(path, value))).toEqual([
    expect.stringContaining(`${address}: does not add the config's tags`),
  ]);
});

test("a second provider without the tags stops the synthesis", () => {
  const found = violations((_, stack) => {
    new AwsProvider(stack, "second", { region: "us-east-1", alias: "second" });
  });
  expect(found).toEqual([expect.stringContaining("provider.aws: does not add the config's tags")]);
});

test("a provider that does not support default tags passes", () => {
  const of = (type: string) =>
    violations((_, stack) => {
      stack.addOverride(`provider.${type}`, [{}]);
    });
  expect(of("random")).toEqual([]);
  expect(of("google-beta")).toEqual([expect.stringContaining("provider.google-beta: does not add the config's tags")]);
});

test("a resource may add a tag and not overwrite one", () => {
  const tagged = (tags: object) => violations((find) => find("aws_lambda_function.callers").addOverride("tags", tags));
  expect(tagged({ purpose: "authorizer" })).toEqual([]);
  expect(tagged({ team: "other" })).toEqual([expect.stringContaining("aws_lambda_function.callers: overwrites a tag")]);
});
