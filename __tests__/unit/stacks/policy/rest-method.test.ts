import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { violations } from "../../../support/policy";
import { restDev } from "../../../support/rest";
import { testAll } from "../../../support/test-all";

const ROUTE = "aws_api_gateway_method.orders_get_orders_by_id";
const rest = restDev();

const changed = (address: string, attribute: string, value: unknown) =>
  violations((find) => find(address).addOverride(attribute, value), rest);

test("a REST stack breaks no rule", () => {
  expect(violations(() => {}, rest)).toEqual([]);
});

testAll([
  ["no authorizer", "authorization", "NONE", "has no Lambda authorizer"],
  ["an authorizer of another stack", "authorizer_id", "abc", "has no Lambda authorizer"],
  [
    "a public authorizer",
    "authorizer_id",
    "${aws_api_gateway_authorizer.public.id}",
    "is decided by public with the cache key",
  ],
  ["a method other than the policy's", "http_method", "PUT", "the policy has no route PUT /orders/{id}"],
])("a method with %s stops the synthesis", (_, attribute, value, message) => {
  expect(changed(ROUTE, attribute, value)[0]).toContain(`${ROUTE}: ${message}`);
});

testAll(["method.request.header.Authorization", "context.httpMethod", "context.resourcePath", "stageVariables.policy"])(
  "a cache key without %s stops the synthesis",
  (source) => {
    const all = [
      "method.request.header.Authorization",
      "context.httpMethod",
      "context.resourcePath",
      "context.path",
      "stageVariables.policy",
    ];
    const found = changed(
      "aws_api_gateway_authorizer.scoped",
      "identity_source",
      all.filter((each) => each !== source).join(","),
    );
    expect(found[0]).toContain("is decided by callers with the cache key");
  },
);

testAll([3600, undefined])("a cache TTL of %s seconds stops the synthesis", (seconds) => {
  const authorizer = "aws_api_gateway_authorizer.scoped";
  expect(changed(authorizer, "authorizer_result_ttl_in_seconds", seconds)).toEqual([
    expect.stringContaining(
      `${authorizer}: caches results for ${seconds ?? "the default number of"} seconds: expected 60`,
    ),
  ]);
});

test("a route of the policy that is not declared is reported", () => {
  expect(changed(ROUTE, "http_method", "PUT")).toContainEqual(
    expect.stringContaining("aws_api_gateway_rest_api.gateway: has no route GET /orders/{id} of the policy"),
  );
});

test("OPTIONS without an authorizer is a preflight only with a MOCK integration", () => {
  expect(changed("aws_api_gateway_integration.preflight_orders", "type", "HTTP_PROXY")).toEqual([
    expect.stringContaining("aws_api_gateway_method.preflight_orders: the policy has no route OPTIONS /orders"),
  ]);
  const open = violations((_, stack) => {
    new ApiGatewayMethod(stack, "extra", {
      restApiId: "${aws_api_gateway_rest_api.gateway.id}",
      resourceId: "${aws_api_gateway_resource.orders.id}",
      httpMethod: "PATCH",
      authorization: "NONE",
    });
  }, rest);
  expect(open).toEqual([
    expect.stringContaining("aws_api_gateway_method.extra: the policy has no route PATCH /orders"),
  ]);
});

const METHOD = "aws_api_gateway_method.orders_get_orders_by_id";
const INTEGRATION = "aws_api_gateway_integration.orders_get_orders_by_id";

testAll([
  ["X-Caller-Subject", "method.request.header.X-Caller-Subject"],
  ["X-Caller-Client", undefined],
  ["X-Caller-Actor", "method.request.header.X-Caller-Actor"],
  ["X-Caller-Scopes", "context.authorizer.subject"],
  ["X-Caller-Issuer", undefined],
  ["X-Serverless-Authorization", "method.request.header.Authorization"],
  ["X-Request-Id", "context.requestId"],
  ["X-Gateway-Route", "'GET /orders'"],
  ["Authorization", undefined],
])("a service that gets %s as %s stops the synthesis", (name, value) => {
  const found = violations((find) => {
    // An override's path is split at dots.
    const { requestParametersInput } = find(INTEGRATION) as unknown as {
      requestParametersInput: Record<string, string | undefined>;
    };
    const { [`integration.request.header.${name}`]: _, ...others } = requestParametersInput;
    const own = value === undefined ? {} : { [`integration.request.header.${name}`]: value };
    Object.assign(find(INTEGRATION), { requestParameters: { ...others, ...own } });
  }, rest);
  const expected = name === "Authorization" ? `${INTEGRATION}: sends ` : `${METHOD}: changes `;
  expect(found).toEqual([expect.stringContaining(`${expected}${name} `)]);
});

test("a service with forwardAuthorization gets its callers' own tokens", () => {
  const services = rest.services.map((service) => ({ ...service, forwardsAuthorization: true }));
  expect(violations(() => {}, { ...rest, services })).toEqual([]);
});

test("a method whose integration does not reference it stops the synthesis", () => {
  expect(changed(INTEGRATION, "http_method", "GET")).toEqual([
    expect.stringContaining(`${ROUTE}: has 0 integrations: expected one`),
  ]);
});
