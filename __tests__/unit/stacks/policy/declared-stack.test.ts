import { DeclaredStack } from "../../../../stacks/policy/declared-stack";

const stack = new DeclaredStack({
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
    },
    aws_lambda_function: { callers: {} },
  },
});
const names = (resources: readonly { readonly name: string }[]) => resources.map(({ name }) => name);

test("resources are found by type, one or several", () => {
  expect(names(stack.ofType("aws_api_gateway_method"))).toEqual(["get", "post"]);
  expect(names(stack.ofType("aws_lambda_function", "aws_api_gateway_method"))).toEqual(["callers", "get", "post"]);
  expect(stack.ofType("aws_iam_role")).toEqual([]);
});

test("resources are found by what one of their arguments refers to", () => {
  const referring = (argument: string, address: string) =>
    names(stack.referring("aws_api_gateway_integration", argument, address));
  expect(referring("http_method", "aws_api_gateway_method.get")).toEqual(["one", "three"]);
  expect(referring("http_method", "aws_api_gateway_method.post")).toEqual(["two"]);
  expect(referring("rest_api_id", "aws_api_gateway_method.get")).toEqual(["two"]);
  expect(referring("http_method", "aws_api_gateway_method.put")).toEqual([]);
  expect(stack.referring("aws_iam_role", "name", "aws_api_gateway_method.get")).toEqual([]);
});
