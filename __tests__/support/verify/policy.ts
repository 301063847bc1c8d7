import type { AuthorizerPolicy, PolicyRoute } from "../../../contract/policy-file";

const scoped = (...scopes: string[]): PolicyRoute => ({ service: "orders", access: { scopes } });
const open = (service: string): PolicyRoute => ({ service, access: "public" });

/** Two services; public and scoped routes, literal and with a variable; one path declared as ANY. */
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
        { id: "reporting", clientIdFrom: "CLIENT_REPORTING", scopes: ["orders/read"] },
        { id: "support", clientIdFrom: "CLIENT_SUPPORT", scopes: ["orders/support", "orders/read"] },
      ],
    },
  ],
  services: {
    orders: {
      role: "role-orders",
      serviceAccount: "orders@p.iam.gserviceaccount.com",
      audience: "https://orders.p.internal",
    },
    catalog: {
      role: "role-catalog",
      serviceAccount: "catalog@p.iam.gserviceaccount.com",
      audience: "https://catalog.p.internal",
    },
  },
  routes: {
    "GET /products": open("catalog"),
    "GET /products/{sku}": open("catalog"),
    "GET /status": open("orders"),
    "GET /orders": scoped("orders/read"),
    "GET /orders/export": scoped("orders/export"),
    "GET /orders/{id}": scoped("orders/read", "orders/support"),
    "GET /refunds": scoped("orders/support"),
    ...Object.fromEntries(
      ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"].map((method) => [
        `${method} /carts/{id}`,
        scoped("orders/write"),
      ]),
    ),
  },
};
