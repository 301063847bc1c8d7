import type { Intent } from "../../../../intent/model/intent";
import { REMOVED_HEADERS } from "../../../../stacks/aws/request-headers";
import { violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";

const preview = intentOf("preview");
const stack = stackOf(preview);

const OKTA = {
  kind: "oidc",
  id: "workforce",
  issuer: "https://acme.okta.com/oauth2/default",
  audiences: ["api://storefront-preview"],
  jwksUri: "https://acme.okta.com/oauth2/default/v1/keys",
  grants: "token",
  scopes: ["accounts/support"],
  scopeClaim: "scp",
  clientClaim: "cid",
  clients: ["0oa1example"],
} as const;
/** Preview, with a second issuer for one of its routes. */
const two: Intent = {
  ...preview,
  issuers: [...preview.issuers, OKTA],
  services: preview.services.map((service) => ({
    ...service,
    routes: service.routes.map((route) =>
      route.key === "GET /accounts/{id}" ? { ...route, issuer: "workforce" } : route,
    ),
  })),
};

test("a user pool's authorizer accepts only its clients' tokens, in the Authorization header", () => {
  expect(stack.all("aws_apigatewayv2_authorizer")).toEqual({
    customers: expect.objectContaining({
      api_id: "${aws_apigatewayv2_api.gateway.id}",
      authorizer_type: "JWT",
      identity_sources: ["$request.header.Authorization"],
      jwt_configuration: {
        issuer: "https://${aws_cognito_user_pool.customers.endpoint}",
        audience: ["reporting_agent", "support_desk", "web"].map(
          (client) => `\${aws_cognito_user_pool_client.${client}.id}`,
        ),
      },
      name: "storefront-preview-customers",
    }),
  });
});

const without = (...ids: readonly string[]) =>
  stackOf({ ...preview, clients: preview.clients.map((each) => ({ ...each, disabled: ids.includes(each.id) })) });

test("a disabled client's tokens are accepted neither by the gateway nor by Envoy", () => {
  const one = without("reporting-agent");
  const audience = one.resource("aws_apigatewayv2_authorizer", "customers").jwt_configuration.audience;
  expect(audience).toEqual(["support_desk", "web"].map((client) => `\${aws_cognito_user_pool_client.${client}.id}`));
  const envoys = (of: typeof stack) => JSON.stringify(of.all("google_cloud_run_v2_service"));
  expect(envoys(stack)).toContain("${aws_cognito_user_pool_client.reporting_agent.id}");
  expect(envoys(one)).not.toContain("reporting_agent");
  expect(envoys(one)).toContain("${aws_cognito_user_pool_client.support_desk.id}");
});

test.each([["reporting-agent"], preview.clients.map(({ id }) => id)])(
  "with %j disabled every policy rule holds",
  (...ids) => {
    const clients = preview.clients.map((each) => ({ ...each, disabled: ids.includes(each.id) }));
    expect(violations(() => {}, { clients }, "preview")).toEqual([]);
  },
);

test("if all clients are disabled, the gateway accepts tokens for none instead of any", () => {
  const none = without(...preview.clients.map(({ id }) => id));
  expect(none.resource("aws_apigatewayv2_authorizer", "customers").jwt_configuration.audience).toEqual(["nobody"]);
});

test("another issuer's authorizer accepts its audiences, and each route uses its callers' issuer", () => {
  const both = stackOf(two);
  expect(both.resource("aws_apigatewayv2_authorizer", "workforce").jwt_configuration).toEqual({
    issuer: "https://acme.okta.com/oauth2/default",
    audience: ["api://storefront-preview"],
  });
  const authorizerOf = (address: string) => both.resource("aws_apigatewayv2_route", address).authorizer_id;
  expect(authorizerOf("accounts_get_accounts_by_id")).toBe("${aws_apigatewayv2_authorizer.workforce.id}");
  expect(authorizerOf("accounts_get_accounts_me")).toBe("${aws_apigatewayv2_authorizer.customers.id}");
});

test("headers that Envoy writes are removed from requests, and no Google token is sent", () => {
  const { request_parameters, depends_on } = stack.resource("aws_apigatewayv2_integration", "orders");
  expect(request_parameters).toEqual({
    "overwrite:header.X-Gateway-Route": "$context.routeKey",
    "overwrite:header.X-Request-Id": "$context.requestId",
    "overwrite:path": "$request.path",
    "remove:header.X-Caller-Actor": "''",
    "remove:header.X-Caller-Client": "''",
    "remove:header.X-Caller-Issuer": "''",
    "remove:header.X-Caller-Scopes": "''",
    "remove:header.X-Caller-Subject": "''",
    "remove:header.X-Serverless-Authorization": "''",
    ...Object.fromEntries(REMOVED_HEADERS.map((name) => [`remove:header.${name}`, "''"])),
  });
  expect(depends_on).toEqual(["google_cloud_run_v2_service.orders"]);
});

test("the access log identifies the caller by the token's claims, and contains no token", () => {
  const format = (of: Intent) =>
    JSON.parse(stackOf(of).resource("aws_apigatewayv2_stage", "gateway").access_log_settings.format);
  expect(format(preview)).toMatchObject({
    issuer: "$context.authorizer.claims.iss",
    client: "$context.authorizer.claims.client_id",
    subject: "$context.authorizer.claims.sub",
    scopes: "$context.authorizer.claims.scope",
  });
  expect(JSON.stringify(format(preview))).not.toMatch(/header|[aA]uthorization|googleAuthorization/);
  expect(format(two)).toMatchObject({
    client_cid: "$context.authorizer.claims.cid",
    client_client_id: "$context.authorizer.claims.client_id",
    scopes_scope: "$context.authorizer.claims.scope",
    scopes_scp: "$context.authorizer.claims.scp",
  });
});

test("the stage has no variable, because no results are cached, and no throttle that callers could bypass", () => {
  const stage = stack.resource("aws_apigatewayv2_stage", "gateway");
  expect(stage).not.toHaveProperty("stage_variables");
  expect(stage).not.toHaveProperty("default_route_settings");
  expect(stage.route_settings).toEqual([]);
});

test("a route that requires several scopes is an error, because API Gateway would accept any one", () => {
  const access = { kind: "scopes", scopes: [{ allOf: ["orders/export", "orders/read"] }] } as const;
  const services = preview.services.map((service) => ({
    ...service,
    routes: service.routes.map((route) => (route.key === "GET /orders" ? { ...route, access } : route)),
  }));
  expect(() => stackOf({ ...preview, services })).toThrow("orders/export and orders/read");
});
