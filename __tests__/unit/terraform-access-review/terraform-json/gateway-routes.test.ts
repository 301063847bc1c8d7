import {
  httpRoutes,
  isPreflight,
  restMethods,
} from "../../../../packages/terraform-access-review/terraform-json/gateway-routes";

const GET = {
  http_method: "GET",
  authorization: "CUSTOM",
  rest_api_id: "api",
  resource_id: "${aws_api_gateway_resource.id.id}",
};
const rest = (more: Record<string, Record<string, object>>) => ({
  provider: {},
  resource: {
    aws_api_gateway_rest_api: { api: {} },
    aws_api_gateway_resource: {
      orders: { path_part: "orders", parent_id: "${aws_api_gateway_rest_api.api.root_resource_id}" },
      id: { path_part: "{id}", parent_id: "${aws_api_gateway_resource.orders.id}" },
      loop: { path_part: "loop", parent_id: "${aws_api_gateway_resource.loop.id}" },
      elsewhere: { path_part: "orders", parent_id: "x1y2" },
    },
    ...more,
  },
});

test("a route of an HTTP API has the authorizer and integrations that it names", () => {
  const route = { route_key: "GET /", authorization_type: "JWT", authorizer_id: "${aws_apigatewayv2_authorizer.a.id}" };
  const target = "integrations/${aws_apigatewayv2_integration.i.id}";
  const stack = (attributes: object) => ({
    provider: {},
    resource: {
      aws_apigatewayv2_authorizer: { a: {} },
      aws_apigatewayv2_integration: { i: {} },
      aws_apigatewayv2_route: { r: attributes },
    },
  });
  const named = (attributes: object) =>
    httpRoutes(stack(attributes)).map(({ key, authorizer, integrations }) => [
      key,
      authorizer?.address,
      integrations.map(({ address }) => address),
    ]);
  expect(named({ ...route, target })).toEqual([
    ["GET /", "aws_apigatewayv2_authorizer.a", ["aws_apigatewayv2_integration.i"]],
  ]);
  expect(named({ ...route, authorizer_id: "x${aws_apigatewayv2_authorizer.a.id}", target: `x${target}` })).toEqual([
    ["GET /", undefined, []],
  ]);
});

test.each([
  ["from its resource up to the root", "${aws_api_gateway_resource.id.id}", "GET /orders/{id}"],
  ["of the root", "${aws_api_gateway_rest_api.api.root_resource_id}", "GET /"],
  ["below a resource of another stack", "${aws_api_gateway_resource.elsewhere.id}", "GET ?/orders"],
  ["of another stack's resource", "a1b2", "GET ?/"],
])("the key of a method: %s", (_, resource_id, key) => {
  const [method] = restMethods(rest({ aws_api_gateway_method: { get: { ...GET, resource_id } } }));
  expect(method?.key).toBe(key);
});

test("a resource that is its own parent has a path that matches no route of a policy", () => {
  const loop = { ...GET, resource_id: "${aws_api_gateway_resource.loop.id}" };
  expect(restMethods(rest({ aws_api_gateway_method: { get: loop } }))[0]?.path).toMatch(/^\?\/loop\//);
});

test("the response of a method is found by path and method, whether these are references or texts", () => {
  const place = { rest_api_id: GET.rest_api_id, resource_id: GET.resource_id };
  const [method] = restMethods(
    rest({
      aws_api_gateway_method: { get: GET },
      aws_api_gateway_integration: {
        spelled: { ...place, http_method: "GET" },
        named: { ...place, http_method: "${aws_api_gateway_method.get.http_method}" },
        other: { ...place, http_method: "PUT" },
      },
    }),
  );
  expect(method?.integrations.map(({ name }) => name)).toEqual(["named", "spelled"]);
});

test.each([
  ["a mock without authorization", {}, [{ type: "MOCK" }], true],
  ["a mock that requires a token", { authorization: "CUSTOM" }, [{ type: "MOCK" }], false],
  ["a service", {}, [{ type: "HTTP_PROXY" }], false],
  ["a mock and a service", {}, [{ type: "MOCK" }, { type: "HTTP_PROXY" }], false],
  ["no integration", {}, [], false],
  ["another method", { http_method: "GET" }, [{ type: "MOCK" }], false],
])("a preflight is answered by %s", (_, attributes, integrations, expected) => {
  const method = { ...GET, http_method: "OPTIONS", authorization: "NONE", ...attributes };
  const place = { rest_api_id: GET.rest_api_id, resource_id: GET.resource_id, http_method: method.http_method };
  const declared = integrations.map((each, index) => [`i${index}`, { ...place, ...each }]);
  const [found] = restMethods(
    rest({ aws_api_gateway_method: { m: method }, aws_api_gateway_integration: Object.fromEntries(declared) }),
  );
  expect(found && isPreflight(found)).toBe(expected);
});
