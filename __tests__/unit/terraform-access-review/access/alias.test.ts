import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { provisionedDev, provisionedRest } from "../../../support/provisioned";
import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { intentOf } from "../../../support/shop";
import { accessBetween, edited, line, lines, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const provisioned = stateOf(provisionedDev());

test.each([
  ["an HTTP API", provisionedDev(), intentOf("dev")],
  ["a REST API", provisionedRest(), restDev()],
])("an alias changes no row of %s, except those on the invokers of the function", (_, intent, without) => {
  const [own, others] = [intent, without].map((each) => rowsOf(stateOf(each)).map(line));
  const more = own?.filter((each) => !others?.includes(each)) ?? [];
  const gone = others?.filter((each) => !own?.includes(each)) ?? [];
  expect(more.length).toBeGreaterThan(1);
  expect(more.map((each) => each.replace(/, alias live/, ""))).toEqual(gone);
  expect(more.filter((each) => !each.includes("lambda:InvokeFunction"))).toEqual([]);
});

testAll([
  ["aws_lambda_alias", "function_version", "3"],
  ["aws_lambda_alias", "function_version", "${aws_lambda_function.public.version}"],
  ["aws_lambda_alias", "function_name", "another"],
  ["aws_lambda_alias", "routing_config", { additional_version_weights: { "1": 1 } }],
  ["aws_lambda_function", "publish", false],
] as const)("an alias with %s %s %s counts as no authorizer", (type, attribute, value) => {
  const state = edited(provisioned, (resource: StackJson["resource"]) => {
    Object.assign(resource[type]?.callers ?? {}, { [attribute]: value });
  });
  const conditions = rowsOf(state).filter(({ permission }) => permission === "GET /orders/{id}");
  expect(conditions.map(({ principal, condition }) => [principal, condition])).toEqual([
    [
      "anyone",
      "NO AUTHORIZER (${aws_lambda_alias.callers.invoke_arn} decides, which may call another version than its function publishes)",
    ],
  ]);
});

test("an authorizer that calls one version counts as none", () => {
  const uri = "${aws_lambda_function.callers.qualified_invoke_arn}";
  const state = edited(stateOf(intentOf("dev")), (resource) => {
    resource.aws_apigatewayv2_authorizer.scoped_path.authorizer_uri = uri;
  });
  const [found] = rowsOf(state).filter(({ permission }) => permission === "GET /orders/{id}");
  expect([found?.principal, found?.condition]).toEqual([
    "anyone",
    `NO AUTHORIZER (${uri} decides, which calls one version, whatever the function is changed to)`,
  ]);
});

describe("provisioned instances", () => {
  const TYPE = "aws_lambda_provisioned_concurrency_config";
  const added = (name: string, qualifier: string) =>
    lines(
      accessBetween(
        provisioned,
        edited(provisioned, ({ [TYPE]: named }) => {
          named[name] = { ...named.callers, qualifier };
        }),
      ),
    );

  testAll(["live", "${aws_lambda_alias.callers.name}"])("for the alias %s are in doubt", (qualifier) => {
    expect(added("callers", qualifier)).toContainEqual(expect.stringContaining(`+ qualifier of ${TYPE}.callers: "`));
    expect(added("more", qualifier)).toEqual([expect.stringContaining(`+ @created of ${TYPE}.more`)]);
  });

  test("for another version are not reported", () => {
    expect(added("callers", "7")).toEqual([]);
    expect(added("more", "${aws_lambda_function.public.version}")).toEqual([]);
  });
});
