import { envoyConfiguration } from "../../../../contract/envoy/configuration";
import { configurationText } from "../../../../contract/envoy/delivery";
import { type KeyLocation, type Sidecar, sidecarOf } from "../../../../contract/envoy/policy";
import type { AuthorizerPolicy } from "../../../../contract/policy-file";
import { type EnvoyValues, envoyPolicyOf } from "../../../../stacks/envoy-policy";
import { AWS_URL, COGNITO_URL, ENVIRONMENT, OKTA_URL, POLICY } from "../../../support/authorizer/policy";

/** A second role that calls with its own token. */
export const MONTHLY_EXPORT = "arn:aws:iam::111122223333:role/monthly-export";

/** A client of the workforce's issuer that may only read, and one that may only support. */
export const READING_AGENT = "0oaReads";
export const SUPPORTING_AGENT = "0oaSupports";

/** What tokens for the server of the Model Context Protocol name as an audience. */
export const SERVER = "https://api.shop.example/mcp";

const MCP = { audience: SERVER, origins: [] };

/** The test policy of the authorizer's own tests, with every kind of route in the one service behind Envoy. */
export const SHOP: AuthorizerPolicy = {
  ...POLICY,
  issuers: POLICY.issuers.map((issuer) => {
    // Tokens of the subjects may have these claims too, but their issuer does not stand for them.
    const pathClaims = ["tenant_id", "teams", "org.id"];
    if (issuer.kind === "oidc" && issuer.grants === "token") {
      const agents = [
        { id: "reading-agent", client: READING_AGENT, scopes: ["orders/read"], kind: "agent" },
        { id: "supporting-agent", client: SUPPORTING_AGENT, scopes: ["orders/support"], kind: "agent" },
      ] as const;
      return {
        ...issuer,
        audiences: [...issuer.audiences, SERVER],
        clients: [...issuer.clients, ...agents],
        pathClaims,
      };
    }
    if (!("subjects" in issuer)) return { ...issuer, pathClaims };
    return { ...issuer, subjects: [...issuer.subjects, { subject: MONTHLY_EXPORT, scopes: ["orders/export"] }] };
  }),
  routes: {
    "GET /orders": { service: "orders", access: { scopes: ["orders/read"] } },
    "POST /orders": { service: "orders", access: { scopes: ["orders/write"] } },
    "GET /orders/{id}": { service: "orders", access: { scopes: ["orders/read", "orders/support"] } },
    "DELETE /orders/{id}": { service: "orders", access: { scopes: ["orders/support"] } },
    "GET /orders/export": { service: "orders", access: { scopes: ["orders/export"] } },
    "GET /orders/audit": {
      service: "orders",
      access: { scopes: [{ allOf: ["orders/export", "orders/read"] }, { allOf: ["orders/read", "orders/write"] }] },
    },
    "PUT /orders/audit": {
      service: "orders",
      access: { scopes: ["orders/support", { allOf: ["orders/read", "orders/write"] }] },
    },
    "GET /orders/{id}/files/{path+}": { service: "orders", access: { scopes: ["orders/read"] } },
    "GET /tenants/{tenant}/orders": {
      service: "orders",
      access: { scopes: ["orders/read"], where: { tenant: { claim: "tenant_id" } } },
    },
    "GET /tenants/{tenant}/files/{path+}": {
      service: "orders",
      access: { scopes: ["orders/read"], where: { tenant: { claim: "tenant_id" } } },
    },
    "GET /teams/{team}": {
      service: "orders",
      access: { scopes: ["orders/read"], where: { team: { claim: "teams", list: true } } },
    },
    "GET /orgs/{org}/tenants/{tenant}": {
      service: "orders",
      access: { scopes: ["orders/read"], where: { org: { claim: "org.id" }, tenant: { claim: "tenant_id" } } },
    },
    "GET /orders/terms": { service: "orders", access: "public" },
    "POST /mcp": { service: "orders", access: { scopes: ["orders/read"] }, mcp: MCP },
    "POST /tenants/{tenant}/mcp": {
      service: "orders",
      access: { scopes: ["orders/read"], where: { tenant: { claim: "tenant_id" } } },
      mcp: MCP,
    },
    "GET /products": { service: "catalog", access: "public" },
  },
};

const KEYS: Readonly<Record<string, KeyLocation>> = {
  customers: { host: new URL(COGNITO_URL).host, path: "/eu-west-1_Shop/.well-known/jwks.json" },
  aws: { host: new URL(AWS_URL).host, path: "/v1/keys" },
  workforce: { host: new URL(OKTA_URL).host, path: "/oauth2/default/v1/keys" },
};

const VALUES: EnvoyValues = {
  image: "envoy",
  project: "shop-dev",
  services: [{ id: "orders", name: "orders", port: 8080, timeoutSeconds: 30 }],
  resolve: (variable) => (ENVIRONMENT as Readonly<Record<string, string>>)[variable] ?? "",
  keysOf: (id) => KEYS[id] as KeyLocation,
};

export function shopConfiguration(policy = SHOP): string {
  return configurationText(envoyConfiguration(sidecarOf(envoyPolicyOf(policy, VALUES), "orders") as Sidecar));
}
