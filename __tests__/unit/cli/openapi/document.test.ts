import { declaredServers } from "../../../../cli/openapi/addresses";
import { openApiDocument } from "../../../../cli/openapi/document";

import { DOMAIN, httpWith, MUTUAL_TLS, restWith } from "../../../support/domains";
import { everythingOfRest } from "../../../support/everything";
import { intentOf } from "../../../support/shop";
import { variantOf } from "../../../support/variant";

const SERVERS = [{ url: "https://api.example.com", description: "a test's" }];
const documentOf = (intent = intentOf("dev")) => openApiDocument(intent, { servers: SERVERS });
const operationsOf = (intent = intentOf("dev")) =>
  Object.entries(documentOf(intent).paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  );
const operation = (key: string, intent = intentOf("dev")) => {
  const found = operationsOf(intent).find((each) => each["x-route-key"] === key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
};

test("each route of each service is one operation with a unique id", () => {
  for (const intent of [intentOf("dev"), intentOf("preview"), everythingOfRest()]) {
    const found = operationsOf(intent);
    const routes = intent.services.flatMap((service) => service.routes);
    expect(found.map((each) => each["x-route-key"]).sort()).toEqual(routes.map(({ key }) => key).sort());
    expect(new Set(found.map(({ operationId }) => operationId)).size).toBe(routes.length);
  }
});

test("a route that an AWS principal may call has a scheme for its tokens, without scopes", () => {
  const subject = "arn:aws:iam::111122223333:role/nightly-export";
  const intent = variantOf("dev", {
    issuers: { roles: { kind: "aws-iam", accounts: ["111122223333"] } },
    clients: { "stock-report": { issuer: "roles", subject, scopes: ["orders/export"] } },
  });
  expect(operation("GET /orders/export", intent).security).toContainEqual({ roles: [] });
  expect(documentOf(intent).components.securitySchemes.roles).toMatchObject({
    type: "http",
    scheme: "bearer",
    bearerFormat: "aws-iam",
  });
});

test("a greedy variable is an ordinary one with x-greedy", () => {
  expect(operation("GET /images/{path+}")).toMatchObject({
    path: "/images/{path}",
    parameters: [{ name: "path", in: "path", required: true, schema: { type: "string" }, "x-greedy": true }],
  });
  expect(operation("GET /products/{sku}").parameters).toEqual([
    { name: "sku", in: "path", required: true, schema: { type: "string" } },
  ]);
});

test("a variable that must be the text of a claim names it, also where the service's document describes it", () => {
  const where = { id: "claim.account_id" };
  const intent = variantOf("dev", {
    issuers: { workforce: { pathClaims: ["account_id"] } },
    services: { orders: { routes: { "GET /orders/{id}": { scopes: ["orders/read"], where } } } },
  });
  expect(operation("GET /orders/{id}", intent).parameters).toMatchObject([{ name: "id", "x-claim": "account_id" }]);
  // Callers of other issuers cannot call it.
  expect(operation("GET /orders/{id}", intent).security.map((each) => Object.keys(each))).toEqual([["workforce"]]);
});

test("a greedy route next to a narrower one of the same shape has one segment more", () => {
  const intent = variantOf("dev", { services: { catalog: { routes: { "GET /images/{id}": "public" } } } });
  expect(operation("GET /images/{id}", intent).path).toBe("/images/{id}");
  const greedy = operation("GET /images/{path+}", intent);
  expect(greedy.path).toBe("/images/{path}/{rest1}");
  expect(greedy.parameters?.map((each) => [each.name, each["x-greedy"]])).toEqual([
    ["path", true],
    ["rest1", true],
  ]);
});

test("routes whose variables have other names share one path", () => {
  const routes = { "PATCH /orders/{order}": { scopes: ["orders/write"] } };
  const intent = variantOf("dev", { services: { orders: { routes } } });
  expect(operation("PATCH /orders/{order}", intent)).toMatchObject({
    path: "/orders/{id}",
    parameters: [{ name: "id" }],
  });
});

test("a public route needs no token, and a scoped one needs one scope of one issuer", () => {
  expect(operation("GET /products").security).toEqual([]);
  expect(operation("GET /orders/{id}").security).toEqual([
    { aws: [] },
    { customers: ["orders/read"] },
    { customers: ["orders/support"] },
    { workforce: ["orders/read"] },
    { workforce: ["orders/support"] },
  ]);
});

test("a route that needs several scopes asks one caller for all of them", () => {
  const routes = (...allOf: string[]) => ({ "GET /orders/audit": { scopes: [{ allOf }] } });
  const security = (...allOf: string[]) =>
    operation("GET /orders/audit", variantOf("dev", { services: { orders: { routes: routes(...allOf) } } })).security;
  expect(security("orders/export", "orders/read")).toEqual([
    { aws: [] },
    { customers: ["orders/export", "orders/read"] },
  ]);
  expect(security("orders/export", "orders/support")).toEqual([{ noClient: [] }]);
});

test("under the shared-issuer handshake a route has one issuer", () => {
  const intent = intentOf("preview");
  for (const { routes } of intent.services) {
    for (const { key, issuer } of routes) {
      const issuers = operation(key, intent).security.flatMap((each) => Object.keys(each));
      expect([key, new Set(issuers)]).toEqual([key, new Set([issuer])]);
    }
  }
});

test("a route that no client may call is closed, not public", () => {
  const clients = Object.fromEntries(intentOf("dev").clients.map(({ id }) => [id, { disabled: true }]));
  const intent = variantOf("dev", { clients });
  expect(operation("POST /orders", intent).security).toEqual([{ noClient: [] }]);
  expect(documentOf(intent).components.securitySchemes).toMatchObject({ noClient: { type: "http", scheme: "bearer" } });
  expect(documentOf().components.securitySchemes).not.toHaveProperty("noClient");
});

test("a client certificate is needed in addition to each alternative, and on public routes", () => {
  const intent = httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS });
  expect(operation("GET /products", intent).security).toEqual([{ clientCertificate: [] }]);
  expect(operation("POST /orders", intent).security).toEqual([{ customers: ["orders/write"], clientCertificate: [] }]);
});

test("a user pool has its token endpoint, and for each grant the scopes of its clients", () => {
  const pool = "https://storefront-dev.auth.eu-west-1.amazoncognito.com/oauth2";
  const { customers, workforce, aws } = documentOf().components.securitySchemes as Record<string, unknown>;
  expect(customers).toMatchObject({
    type: "oauth2",
    flows: {
      authorizationCode: {
        authorizationUrl: `${pool}/authorize`,
        tokenUrl: `${pool}/token`,
        scopes: { "accounts/read": "Calls the routes that ask for accounts/read" },
      },
      clientCredentials: { tokenUrl: `${pool}/token` },
    },
  });
  const { flows } = customers as { flows: Record<string, { scopes: object }> };
  expect(Object.keys(flows.clientCredentials?.scopes ?? {})).toEqual([
    "accounts/support",
    "orders/export",
    "orders/read",
    "orders/support",
  ]);
  expect(Object.keys(flows.authorizationCode?.scopes ?? {})).not.toContain("orders/support");
  expect(workforce).toMatchObject({
    type: "openIdConnect",
    openIdConnectUrl: "https://acme.okta.com/oauth2/default/.well-known/openid-configuration",
  });
  expect(aws).toMatchObject({ type: "openIdConnect" });
});

test("the front door's own answers are those of its kind", () => {
  const codes = (key: string, intent = intentOf("dev")) => Object.keys(operation(key, intent).responses).sort();
  expect(codes("GET /products")).toEqual(["2XX", "403", "429", "500", "503", "default"]);
  expect(codes("POST /orders")).toEqual(["2XX", "401", "403", "413", "429", "500", "503", "default"]);
  expect(codes("GET /orders", restWith({}))).toEqual(["2XX", "401", "403", "429", "500", "504", "default"]);
  expect(codes("GET /orders", intentOf("preview"))).toEqual(["2XX", "401", "403", "429", "503", "default"]);
});

test("a REST API says which limit applied, and Envoy answers only with a status", () => {
  const schema = (name: string, intent = intentOf("dev")) =>
    (documentOf(intent).components.responses[name] as { content: Record<string, { schema: unknown }> }).content[
      "application/json"
    ]?.schema;
  const message = { $ref: "#/components/schemas/GatewayMessage" };
  expect(schema("TooManyRequests")).toEqual(message);
  expect(schema("TooManyRequests", restWith({}))).toEqual({ $ref: "#/components/schemas/LimitReached" });
  expect(schema("Forbidden")).toEqual(message);
  expect(schema("Forbidden", intentOf("preview"))).toEqual({
    oneOf: [message, { $ref: "#/components/schemas/EnvoyRefusal" }],
  });
});

test("the URL is the domain in config, or an address with a variable, and never made up", () => {
  expect(declaredServers(httpWith({ domain: DOMAIN }))).toMatchObject([{ url: "https://api.dev.shop.example.com" }]);
  const [http] = declaredServers(intentOf("dev"));
  expect(http).toMatchObject({
    url: "https://{apiId}.execute-api.eu-west-1.amazonaws.com",
    variables: { apiId: { default: "API-ID" } },
  });
  expect(declaredServers(restWith({}))[0]?.url).toBe("https://{apiId}.execute-api.eu-west-1.amazonaws.com/live");
  const asked = httpWith({ domain: { name: DOMAIN.name, records: "none" } });
  expect(declaredServers(asked)[0]?.url).toBe(http?.url);
});

test("the version changes with the content", () => {
  expect(documentOf().info.version).toBe(documentOf().info.version);
  expect(documentOf(restWith({})).info.version).not.toBe(documentOf().info.version);
});

test("the firewall's media types are those of a request body", () => {
  const { requestBody } = operation("POST /orders", everythingOfRest());
  expect(Object.keys(requestBody?.content as object)).toEqual(["application/json", "image/svg+xml"]);
});
