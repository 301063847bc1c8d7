import type { AuthorizerPolicy } from "../../../contract/policy-file";

export const COGNITO_URL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Shop";
export const OKTA_URL = "https://acme.okta.com/oauth2/default";
export const AWS_URL = "https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws";

export const NIGHTLY_EXPORT = "arn:aws:iam::111122223333:role/nightly-export";
export const PROVIDER = "projects/123456/locations/global/workloadIdentityPools/shop-dev/providers/aws-gateway";

/** Variables that Lambda and Terraform set in the function's environment. */
export const ENVIRONMENT = {
  ISSUER_CUSTOMERS: COGNITO_URL,
  CLIENT_WEB: "web1client2id3",
  CLIENT_DESK: "desk1client2id3",
  FEDERATION_PROVIDER: PROVIDER,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "ASIAFUNCTIONFUNCTION",
  AWS_SECRET_ACCESS_KEY: "function+secret/function+secret/function",
  AWS_SESSION_TOKEN: "FunctionSessionToken+/==",
};

export const ORDERS = {
  role: "arn:aws:iam::111122223333:role/shop-dev-orders",
  serviceAccount: "shop-dev-orders@shop-dev.iam.gserviceaccount.com",
  audience: "https://shop-dev-orders.shop-dev.internal",
};

export const CATALOG = {
  role: "arn:aws:iam::111122223333:role/shop-dev-catalog",
  serviceAccount: "shop-dev-catalog@shop-dev.iam.gserviceaccount.com",
  audience: "https://shop-dev-catalog.shop-dev.internal",
};

/** A small shop: three kinds of issuers, two services, every kind of route. */
export const POLICY: AuthorizerPolicy = {
  version: 1,
  cacheSeconds: 60,
  aws: { region: "eu-west-1" },
  federation: { providerFrom: "FEDERATION_PROVIDER" },
  issuers: [
    {
      id: "customers",
      kind: "cognito",
      issuerFrom: "ISSUER_CUSTOMERS",
      clients: [
        { id: "web", clientIdFrom: "CLIENT_WEB", scopes: ["orders/read", "orders/write"] },
        { id: "desk", clientIdFrom: "CLIENT_DESK", scopes: ["orders/support"] },
      ],
    },
    {
      id: "aws",
      kind: "oidc",
      grants: "subjects",
      issuer: AWS_URL,
      audiences: ["shop-dev"],
      subjects: [{ subject: NIGHTLY_EXPORT, scopes: ["orders/read", "orders/export"] }],
    },
    {
      id: "workforce",
      kind: "oidc",
      grants: "token",
      issuer: OKTA_URL,
      audiences: ["api://shop", "api://shop-old"],
      scopes: ["orders/read", "orders/support"],
      scopeClaim: "scp",
      clientClaim: "cid",
      clients: ["0oa1example"],
    },
  ],
  services: { orders: ORDERS, catalog: CATALOG },
  routes: {
    "GET /orders": { service: "orders", access: { scopes: ["orders/read"] } },
    "POST /orders": { service: "orders", access: { scopes: ["orders/write"] } },
    "GET /orders/{id}": { service: "orders", access: { scopes: ["orders/read", "orders/support"] } },
    "GET /orders/export": { service: "orders", access: { scopes: ["orders/export"] } },
    "GET /orders/audit": { service: "orders", access: { scopes: [{ allOf: ["orders/export", "orders/read"] }] } },
    "GET /products": { service: "catalog", access: "public" },
    "GET /products/{sku}": { service: "catalog", access: "public" },
    "GET /images/{path+}": { service: "catalog", access: "public" },
  },
};
