import type { Claims } from "../../../system/attack/support/forged-issuer";

const AUDIENCE = "api://storefront-preview";
const CLIENT = "0oa1partner";

/** An issuer like Okta that the team controls: its tokens have an audience, and a claim that names the client. */
export const PARTNERS = {
  issuer: {
    kind: "oidc",
    issuer: "https://partners.okta.example/oauth2/default",
    jwksUri: "https://partners.okta.example/oauth2/default/v1/keys",
    audiences: [AUDIENCE],
    grants: "token",
    scopes: ["orders/ship"],
    scopeClaim: "scp",
    clientClaim: "cid",
    clients: [CLIENT],
  },
  /** The issuer may grant only the first of these scopes. */
  routes: { "GET /shipments/{id}": ["orders/ship", "orders/trace"] },
} as const;

/** Claims of a valid token. */
export function partnerClaims(): Claims {
  return { sub: "ann", aud: AUDIENCE, cid: CLIENT, scp: ["openid", "orders/ship"] };
}
