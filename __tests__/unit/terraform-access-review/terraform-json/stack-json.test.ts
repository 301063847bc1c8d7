import {
  firstReferred,
  providersOf,
  referred,
  referring,
  resourcesOf,
} from "../../../../packages/terraform-access-review/terraform-json/stack-json";

const stack = {
  provider: { aws: [{ region: "eu-central-1" }, { alias: "us" }] },
  resource: {
    aws_api_gateway_method: { get: {}, post: {} },
    aws_api_gateway_integration: {
      one: { http_method: "${aws_api_gateway_method.get.http_method}" },
      two: {
        http_method: "${aws_api_gateway_method.post.http_method}",
        rest_api_id: "${aws_api_gateway_method.get.id}",
      },
      three: { http_method: "${aws_api_gateway_method.get.http_method}" },
      none: { http_method: "GET" },
      longer: { http_method: "${aws_api_gateway_method.get.http_method}-x" },
    },
    aws_lambda_function: { callers: {} },
  },
};
const names = (resources: readonly { readonly name: string }[]) => resources.map(({ name }) => name);

test("resources are found by type, one or several, in the order of their addresses", () => {
  expect(names(resourcesOf(stack, "aws_api_gateway_method"))).toEqual(["get", "post"]);
  expect(names(resourcesOf(stack, "aws_lambda_function", /_method$/))).toEqual(["get", "post", "callers"]);
  expect(resourcesOf(stack, "aws_iam_role")).toEqual([]);
});

test("each block of a provider is found", () => {
  expect(providersOf(stack).map(({ address, attributes }) => [address, attributes])).toEqual([
    ["provider.aws", { region: "eu-central-1" }],
    ["provider.aws", { alias: "us" }],
  ]);
});

test("resources are found by the target of one of their arguments, and by no other", () => {
  const found = (argument: string, address: string) =>
    names(referring(stack, "aws_api_gateway_integration", argument, address));
  expect(found("http_method", "aws_api_gateway_method.get")).toEqual(["one", "three"]);
  expect(found("http_method", "aws_api_gateway_method.post")).toEqual(["two"]);
  expect(found("rest_api_id", "aws_api_gateway_method.get")).toEqual(["two"]);
  expect(found("http_method", "aws_api_gateway_method.put")).toEqual([]);
  expect(referring(stack, "aws_iam_role", "name", "aws_api_gateway_method.get")).toEqual([]);
});

test.each([
  ["a plain reference", "${aws_lambda_function.callers.arn}", "callers", "callers"],
  ["an attribute of an attribute", "${aws_lambda_function.callers.vpc_config[0].vpc_id}", "callers", "callers"],
  ["a reference after other text", "https://evil.example.com/${aws_lambda_function.callers.arn}", undefined, "callers"],
  ["a reference before other text", "${aws_lambda_function.callers.arn}:*", undefined, "callers"],
  ["a reference within a function", "${jsonencode(aws_lambda_function.callers.arn)}", undefined, "callers"],
  ["an escaped reference", "$${aws_lambda_function.callers.arn}", undefined, undefined],
  ["an undeclared resource", "${aws_lambda_function.other.arn}", undefined, undefined],
  ["an inherited property", "${constructor.name.length}", undefined, undefined],
  ["no text", { arn: 1 }, undefined, undefined],
])("%s", (_, text, whole, anywhere) => {
  expect([referred(stack, text)?.name, firstReferred(stack, text)?.name]).toEqual([whole, anywhere]);
});
