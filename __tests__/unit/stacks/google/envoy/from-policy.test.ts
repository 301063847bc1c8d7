import { sidecarOf } from "../../../../../stacks/google/envoy/from-policy";
import { AWS_URL, NIGHTLY_EXPORT, OKTA_URL, POLICY } from "../../../../support/authorizer/policy";

const VALUES = {
  project: "shop-dev",
  ports: { ingress: 10_000, probe: 10_001, app: 8080 },
  timeoutSeconds: 30,
  resolve: (variable: string) => `\${${variable}}`,
  keysOf: (id: string) => ({ host: `${id}.example`, path: "/keys" }),
};

test("a service's sidecar has the policy's issuers, and only the routes of that service", () => {
  expect(sidecarOf(POLICY, "orders", VALUES)).toEqual({
    project: "shop-dev",
    ports: VALUES.ports,
    timeoutSeconds: 30,
    routes: [
      { key: "GET /orders", access: { scopes: ["orders/read"] } },
      { key: "POST /orders", access: { scopes: ["orders/write"] } },
      { key: "GET /orders/{id}", access: { scopes: ["orders/read", "orders/support"] } },
      { key: "GET /orders/export", access: { scopes: ["orders/export"] } },
      { key: "GET /orders/audit", access: { scopes: [{ allOf: ["orders/export", "orders/read"] }] } },
    ],
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

test("public routes stay public", () => {
  const { routes } = sidecarOf(POLICY, "catalog", VALUES);
  expect(routes.map(({ access }) => access)).toEqual(["public", "public", "public"]);
});
