import type {
  Apigatewayv2Authorizer,
  Apigatewayv2AuthorizerJwtConfiguration,
} from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import type { PolicyIssuer } from "../../../../contract/policy-file";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { jwtRoute } from "../../../../stacks/policy/jwt-route";
import { violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";

const ROUTE = "aws_apigatewayv2_route.orders_get_orders_by_id";
const AUTHORIZER = "aws_apigatewayv2_authorizer.customers";

const CUSTOMERS = "https://${aws_cognito_user_pool.customers.endpoint}";

const found = (address: string, attribute: string, value: unknown) =>
  // An override would add to the list instead of replacing it.
  violations((find) => Object.assign(find(address), { [attribute]: value }), {}, "preview");

test.each([
  ["no authorizer", "authorizationType", "AWS_IAM", "has no JWT authorizer"],
  ["an authorizer of another stack", "authorizerId", "abc123", "has no JWT authorizer"],
  [
    "no scopes, so that any token will do",
    "authorizationScopes",
    [],
    "requires no scope: expected orders/read, orders/support",
  ],
  [
    "a scope more",
    "authorizationScopes",
    ["orders/read", "orders/support", "orders/write"],
    "requires orders/read, orders/support, orders/write",
  ],
  ["another scope", "authorizationScopes", ["orders/export", "orders/read"], "requires orders/export, orders/read"],
  ["a key that the policy has not", "routeKey", "GET /other/{id}", "the policy has no route GET /other/{id}"],
])("a route with %s stops the synthesis", (_, attribute, value, message) => {
  expect(found(ROUTE, attribute, value)[0]).toContain(`${ROUTE}: ${message}`);
});

test.each([
  ["with an empty list of audiences", { issuer: CUSTOMERS, audience: [] }, "accepts tokens for any audience"],
  ["without https", { issuer: "http://idp.example.com", audience: ["a"] }, "verifies tokens of http://idp.example.com"],
])("an authorizer of an issuer %s stops the synthesis", (_, issuer, message) => {
  const put = (authorizer: object) =>
    (authorizer as Apigatewayv2Authorizer).putJwtConfiguration(issuer as Apigatewayv2AuthorizerJwtConfiguration);
  const stopped = violations((find) => put(find(AUTHORIZER)), {}, "preview");
  expect(stopped).toContainEqual(expect.stringContaining(`${AUTHORIZER}: ${message}`));
});

test.each([
  ["another issuer", "https://idp.example.com"],
  ["an issuer of this stack that does not grant the scope", "https://${aws_cognito_user_pool.workforce.endpoint}"],
])("an authorizer that trusts %s stops the synthesis", (_, issuer) => {
  const put = (authorizer: object) =>
    (authorizer as Apigatewayv2Authorizer).putJwtConfiguration({ issuer, audience: ["a"] });
  const stopped = violations((find) => put(find(AUTHORIZER)), {}, "preview");
  expect(stopped).toContainEqual(
    expect.stringContaining(
      `${ROUTE}: trusts ${issuer}: expected https://\${aws_cognito_user_pool.customers.endpoint}`,
    ),
  );
});

test("an authorizer that reads tokens from the query stops the synthesis", () => {
  expect(found(AUTHORIZER, "identitySources", ["$request.querystring.token"])).toEqual([
    expect.stringContaining(`${AUTHORIZER}: accepts tokens from places other`),
  ]);
});

test("a route of the policy that is not declared is reported", () => {
  expect(found(ROUTE, "routeKey", "GET /other/{id}")).toContainEqual(
    expect.stringContaining("has no route GET /orders/{id} of the policy"),
  );
});

test("a policy that requires several scopes is reported, because the gateway accepts any one of them", () => {
  const preview = intentOf("preview");
  const { routes, ...policy } = authorizerPolicy(preview);
  const access = { scopes: [{ allOf: ["orders/read", "orders/support"] }] };
  const asking = { ...policy, routes: { ...routes, "GET /orders/{id}": { service: "orders", access } } };
  const stack = stackOf(preview).json;
  expect(jwtRoute.findings(stack, { ...preview, policy: { ...policy, routes } })).toEqual([]);
  expect(jwtRoute.findings(stack, { ...preview, policy: asking })).toEqual([
    { address: ROUTE, message: expect.stringContaining("orders/read and orders/support") },
  ]);
});

test("a route whose scopes only an OIDC issuer grants trusts that issuer alone", () => {
  const preview = intentOf("preview");
  const policy = authorizerPolicy(preview);
  const issuer = "https://acme.okta.com/oauth2/default";
  const okta: PolicyIssuer = {
    ...{ id: "workforce", kind: "oidc", grants: "token", issuer, audiences: ["api://shop"], clients: ["0oa1example"] },
    ...{ scopes: ["orders/support"], scopeClaim: "scp", clientClaim: "cid" },
  };
  const access = { scopes: ["orders/support"] };
  const pools = policy.issuers.map((each) =>
    each.kind === "cognito" ? { ...each, clients: each.clients.map((client) => ({ ...client, scopes: [] })) } : each,
  );
  const routes = { ...policy.routes, "GET /orders/{id}": { service: "orders", access } };
  expect(
    jwtRoute.findings(stackOf(preview).json, {
      ...preview,
      policy: { ...policy, routes, issuers: [...pools, okta] },
    }),
  ).toEqual(expect.arrayContaining([{ address: ROUTE, message: `trusts ${CUSTOMERS}: expected ${issuer}` }]));
});

test("a route of a twin trusts the user pool of its primary, and no pool of its own stack", () => {
  const preview = intentOf("preview");
  const pool = "eu-west-1_First0001";
  const twin = {
    ...preview,
    issuers: preview.issuers.map((each) => (each.kind === "cognito" ? { ...each, pool } : each)),
    clients: preview.clients.map((each) =>
      each.grant === "external" ? each : { ...each, appClientId: `1${each.id}` },
    ),
  };
  const [json, policy] = [stackOf(twin).json, authorizerPolicy(twin)];
  expect(json.resource.aws_apigatewayv2_authorizer.customers.jwt_configuration.issuer).toBe(
    `https://cognito-idp.eu-west-1.amazonaws.com/${pool}`,
  );
  expect(jwtRoute.findings(json, { ...twin, policy })).toEqual([]);
  expect(jwtRoute.findings(json, { ...preview, policy })).not.toEqual([]);
});
