import { envoyPolicyOf } from "../../../stacks/envoy-policy";
import { AWS_URL, NIGHTLY_EXPORT, OKTA_URL, POLICY } from "../../support/authorizer/policy";

const IMAGE = `example.com/envoy@sha256:${"7d".repeat(32)}`;

const VALUES = {
  image: IMAGE,
  project: "shop-dev",
  services: ["orders", "catalog"].map((id) => ({ id, name: `shop-dev-${id}`, port: 8080, timeoutSeconds: 30 })),
  resolve: (variable: string) => `\${${variable}}`,
  keysOf: (id: string) => ({ host: `${id}.example`, path: "/keys" }),
};
const found = envoyPolicyOf(POLICY, VALUES);

test("Envoy's policy has the authorizer's issuers", () => {
  const { services, ...shared } = found;
  expect(shared).toEqual({
    version: 1,
    image: IMAGE,
    project: "shop-dev",
    clockSkewSeconds: 5,
    keysSeconds: 300,
    issuers: [
      {
        kind: "cognito",
        id: "customers",
        url: "${ISSUER_CUSTOMERS}",
        keys: { host: "customers.example", path: "/keys" },
        clientClaim: "client_id",
        scopeClaim: "scope",
        clients: [
          { name: "customers/web", claim: "${CLIENT_WEB}", scopes: ["orders/read", "orders/write"] },
          { name: "customers/desk", claim: "${CLIENT_DESK}", scopes: ["orders/support"] },
        ],
      },
      {
        kind: "subjects",
        id: "aws",
        url: AWS_URL,
        keys: { host: "aws.example", path: "/keys" },
        audiences: ["shop-dev"],
        clientClaim: "sub",
        clients: [{ name: `aws/${NIGHTLY_EXPORT}`, claim: NIGHTLY_EXPORT, scopes: ["orders/read", "orders/export"] }],
      },
      {
        kind: "token",
        id: "workforce",
        url: OKTA_URL,
        keys: { host: "workforce.example", path: "/keys" },
        audiences: ["api://shop", "api://shop-old"],
        scopeClaim: "scp",
        clientClaim: "cid",
        clients: [{ name: "workforce/0oa1example", claim: "0oa1example", scopes: ["orders/read", "orders/support"] }],
      },
    ],
  });
});

test("a service has the authorizer's routes of that service, and public ones stay public", () => {
  expect(Object.keys(found.services)).toEqual(["shop-dev-orders", "shop-dev-catalog"]);
  expect(found.services["shop-dev-orders"]).toEqual({
    ports: { ingress: 10_000, probe: 10_001, app: 8080 },
    timeoutSeconds: 30,
    routes: {
      "GET /orders": { scopes: ["orders/read"] },
      "POST /orders": { scopes: ["orders/write"] },
      "GET /orders/{id}": { scopes: ["orders/read", "orders/support"] },
      "GET /orders/export": { scopes: ["orders/export"] },
      "GET /orders/audit": { scopes: [{ allOf: ["orders/export", "orders/read"] }] },
    },
  });
  expect(Object.values(found.services["shop-dev-catalog"]?.routes ?? {})).toEqual(["public", "public", "public"]);
});

test("a route of a server of the Model Context Protocol has its audience, and only such a service has audiences", () => {
  const mcp = { audience: "https://api.shop.example/mcp", origins: [] };
  const route = { service: "orders", access: { scopes: ["orders/read"] }, mcp };
  const { services } = envoyPolicyOf({ ...POLICY, routes: { ...POLICY.routes, "POST /mcp": route } }, VALUES);
  expect(services["shop-dev-orders"]).toMatchObject({
    routes: { "POST /mcp": { scopes: ["orders/read"] } },
    audiences: { "POST /mcp": mcp.audience },
  });
  expect(services["shop-dev-catalog"]).not.toHaveProperty("audiences");
});
