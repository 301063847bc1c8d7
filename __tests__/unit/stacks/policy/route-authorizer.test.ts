import { violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const ROUTE = "aws_apigatewayv2_route.orders_get_orders_by_id";
const AUTHORIZER = "aws_apigatewayv2_authorizer.scoped_path";

testAll([
  [
    "a scoped route wired to a public authorizer",
    "authorizer_id",
    "${aws_apigatewayv2_authorizer.public_path.id}",
    "is decided by public with the cache key",
  ],
  [
    "a route with a variable keyed without its path",
    "authorizer_id",
    "${aws_apigatewayv2_authorizer.scoped.id}",
    "expected callers with the cache key $request.header.Authorization, $context.routeKey, $context.path",
  ],
  ["a route without a Lambda authorizer", "authorization_type", "NONE", "has no Lambda authorizer"],
  ["a route of no authorizer in this stack", "authorizer_id", "abc123", "has no Lambda authorizer"],
  [
    "a route whose authorizer's id stands in a longer text",
    "authorizer_id",
    "x${aws_apigatewayv2_authorizer.scoped_path.id}",
    "has no Lambda authorizer",
  ],
  ["a route the policy does not know", "route_key", "GET /other/{id}", "the policy has no route GET /other/{id}"],
])("%s stops the synthesis", (_, attribute, value, message) => {
  const found = violations((find) => find(ROUTE).addOverride(attribute, value));
  expect(found[0]).toContain(`${ROUTE}: `);
  expect(found[0]).toContain(message);
});

test("an authorizer whose URI only contains the function's stops the synthesis", () => {
  const evil = "https://evil.example.com/${aws_lambda_function.callers.invoke_arn}";
  const found = violations((find) => find(AUTHORIZER).addOverride("authorizer_uri", evil));
  expect(found).toContainEqual(expect.stringContaining(`${ROUTE}: is decided by ${evil} with`));
});

test("a route of the policy that is not declared is reported", () => {
  const found = violations((find) => find(ROUTE).addOverride("route_key", "GET /other/{id}"));
  expect(found).toContainEqual(expect.stringContaining("has no route GET /orders/{id} of the policy"));
});

testAll([
  ["identity_sources", ["$request.header.Authorization", "$context.routeKey", "$context.path"]],
  ["identity_sources", ["$context.routeKey", "$context.path", "$stageVariables.policy"]],
  [
    "identity_sources",
    [
      "$request.header.Authorization",
      "$context.routeKey",
      "$context.path",
      "$stageVariables.policy",
      "$context.requestId",
    ],
  ],
  ["enable_simple_responses", false],
  ["authorizer_payload_format_version", "1.0"],
  ["authorizer_uri", "${aws_lambda_function.public.invoke_arn}"],
])("an authorizer whose %s is %j is a finding on each of its routes", (attribute, value) => {
  const found = violations((find) => {
    // An override would be merged into the existing list.
    if (Array.isArray(value)) Object.assign(find(AUTHORIZER), { identitySources: value });
    else find(AUTHORIZER).addOverride(attribute, value);
  });
  const routes = found.filter((line) => line.includes("is decided by"));
  expect(routes.length).toBeGreaterThan(5);
  expect(routes.every((line) => line.includes("(rule route-authorizer)"))).toBe(true);
});

test("the order of identity sources does not matter", () => {
  const reversed = ["$stageVariables.policy", "$context.path", "$context.routeKey", "$request.header.Authorization"];
  expect(violations((find) => Object.assign(find(AUTHORIZER), { identitySources: reversed }))).toEqual([]);
});

testAll([3600, 61, 0, undefined])(
  "a cache TTL of %s seconds, different from config's, stops the synthesis",
  (seconds) => {
    expect(violations((find) => find(AUTHORIZER).addOverride("authorizer_result_ttl_in_seconds", seconds))).toEqual([
      expect.stringContaining(
        `${AUTHORIZER}: caches results for ${seconds ?? "the default number of"} seconds: expected 60`,
      ),
    ]);
  },
);

test("a cache TTL of zero in config is enforced", () => {
  expect(violations(() => {}, { gateway: { ...intentOf("dev").gateway, authorizerCacheSeconds: 0 } })).toEqual([]);
});

const INTEGRATION = "aws_apigatewayv2_integration.orders";

testAll<[string, string, unknown, string]>([
  ["another method", "integration_method", "DELETE", "method DELETE"],
  ["another path", "request_parameters", { "overwrite:path": "/admin" }, "path /admin"],
  [
    "a header of the caller",
    "request_parameters",
    { "overwrite:header.X-Caller-Subject": "$request.header.x" },
    "X-Caller-Subject",
  ],
  ["one more header", "request_parameters", { "append:header.X-Own": "a" }, "append:header.X-Own"],
  ["another host", "integration_uri", "https://evil.example.com", "does not lead to a service"],
])("an integration that hands calls on with %s stops the synthesis", (_, attribute, value, part) => {
  const found = violations((find) => find(INTEGRATION).addOverride(attribute, value));
  const own = found.filter((each) => each.includes("(rule route-authorizer)"));
  expect(own.length).toBeGreaterThan(0);
  expect(own.every((each) => each.includes(part))).toBe(true);
});
