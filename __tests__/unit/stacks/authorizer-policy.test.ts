import type { Intent } from "../../../intent/model/intent";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { BASE, DEV, intentsOf } from "../../support/config-folder";
import { intentOf } from "../../support/shop";

const policy = authorizerPolicy(intentOf("dev"));

test("a Cognito client has its scopes from config, and a variable in place of its id", () => {
  const customers = policy.issuers.find(({ id }) => id === "customers");
  expect(customers).toEqual({
    id: "customers",
    kind: "cognito",
    issuerFrom: "ISSUER_CUSTOMERS",
    clients: [
      { id: "reporting-agent", clientIdFrom: "CLIENT_REPORTING_AGENT", scopes: ["orders/export", "orders/read"] },
      { id: "support-desk", clientIdFrom: "CLIENT_SUPPORT_DESK", scopes: ["accounts/support", "orders/support"] },
      {
        id: "web",
        clientIdFrom: "CLIENT_WEB",
        scopes: ["accounts/read", "accounts/write", "orders/read", "orders/write"],
      },
    ],
  });
});

test("an external issuer's callers are exact subjects, unless its tokens grant scopes", () => {
  expect(policy.issuers.find(({ id }) => id === "aws")).toEqual({
    id: "aws",
    kind: "oidc",
    grants: "subjects",
    issuer: "https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws",
    audiences: ["storefront-dev"],
    subjects: [{ subject: "arn:aws:iam::111122223333:role/nightly-export", scopes: ["orders/export", "orders/read"] }],
  });
  expect(policy.issuers.find(({ id }) => id === "workforce")).toEqual({
    id: "workforce",
    kind: "oidc",
    grants: "token",
    issuer: "https://acme.okta.com/oauth2/default",
    audiences: ["api://storefront-dev"],
    scopes: ["accounts/read", "catalog/write", "orders/read", "orders/support"],
    scopeClaim: "scp",
    clientClaim: "cid",
    clients: ["0oa1example"],
  });
});

test("an issuer's values grant scopes, and its clients have their own", () => {
  const [intent] = intentsOf({
    "base.yaml": BASE,
    "dev.yaml": `${DEV}issuers: { workforce: { scopeClaim: [scp, roles], scopeValues: { Reader: [orders/read] } } }
clients: { app: { issuer: workforce, clientId: 0oa2, scopes: [orders/read], disabled: true } }\n`,
  }) as [Intent];
  const { issuers } = authorizerPolicy(intent);
  expect(issuers.find(({ id }) => id === "workforce")).toMatchObject({
    scopeClaim: ["roles", "scp"],
    scopeValues: { Reader: ["orders/read"] },
    clients: ["0oa1example", { id: "app", client: "0oa2", scopes: [] }],
  });
});

test("a route is public or requires one of its scopes, and belongs to one service", () => {
  expect(policy.routes["GET /products"]).toEqual({ service: "catalog", access: "public" });
  expect(policy.routes["GET /orders/{id}"]).toEqual({
    service: "orders",
    access: { scopes: ["orders/read", "orders/support"] },
  });
});

test("a service's AWS role, Google account and audience share one name", () => {
  expect(policy.services.orders).toEqual({
    role: "arn:aws:iam::111122223333:role/storefront-dev-orders",
    serviceAccount: "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
    audience: "https://storefront-dev-orders.storefront-dev.internal",
  });
});

test("ANY becomes a route for every method except OPTIONS", () => {
  const carts = Object.keys(policy.routes).filter((key) => key.endsWith(" /carts/{id}"));
  expect(carts.map((key) => key.split(" ")[0]).sort()).toEqual(["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]);
});

test("agents are marked, callers identified by claims have their name, and a disabled client has a name and no scopes", () => {
  const dev = intentOf("dev");
  const changed = dev.clients.map((each) =>
    each.id === "reporting-agent" ? { ...each, kind: "agent" as const } : { ...each, disabled: each.id === "web" },
  );
  const claims = { environment: "dev", repository: "acme/shop" };
  const release = {
    id: "release",
    issuer: "aws",
    grant: "external",
    scopes: ["orders/read"],
    allowWrites: false,
    disabled: false,
    claims,
  } as const;
  const { issuers } = authorizerPolicy({ ...dev, clients: [...changed, release] });
  expect(issuers.find(({ id }) => id === "customers")).toMatchObject({
    clients: [
      { id: "reporting-agent", scopes: ["orders/export", "orders/read"], kind: "agent" },
      { id: "support-desk", scopes: ["accounts/support", "orders/support"] },
      { id: "web", scopes: [] },
    ],
  });
  expect(issuers.find(({ id }) => id === "aws")).toMatchObject({
    claimants: [{ id: "release", claims, scopes: ["orders/read"] }],
  });
});
