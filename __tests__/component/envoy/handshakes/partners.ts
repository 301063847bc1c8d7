import type { Claims } from "../../../system/attack/support/forged-issuer";
import type { BothHandshakes } from "./both-handshakes";
import { bearer, type Case } from "./cases";
import { PARTNERS, partnerClaims } from "./partner-issuer";

const LINE = "GET /shipments/42";

const {
  audiences: [AUDIENCE],
  clients: [CLIENT],
} = PARTNERS.issuer;

/** Valid tokens for another caller or another purpose. */
export function partnersTokens({ partners, customers, clients }: BothHandshakes): readonly Case[] {
  const claims: Readonly<Record<string, Claims>> = {
    "oidc: an audience in a list": { aud: ["api://another", AUDIENCE] },
    "oidc: another audience": { aud: "api://another" },
    "oidc: other audiences in a list": { aud: ["api://another", `${AUDIENCE}-2`] },
    "oidc: the audience in capitals": { aud: AUDIENCE.toUpperCase() },
    "oidc: no audience": { aud: undefined },
    "oidc: another audience, and the right one as client_id": { aud: "api://another", client_id: AUDIENCE },
    "oidc: the audience as client_id alone": { aud: undefined, client_id: AUDIENCE },
    "oidc: another client": { cid: "0oa2partner" },
    "oidc: no client": { cid: undefined },
    "oidc: a client in a list": { cid: [CLIENT] },
    "oidc: the client as client_id alone": { cid: undefined, client_id: CLIENT },
    "oidc: no subject": { sub: undefined },
    "oidc: scopes as one text": { scp: "openid orders/ship" },
    "oidc: scopes in the claim scope": { scp: undefined, scope: "orders/ship" },
    "oidc: the right scope in the claim scope alone": { scp: ["openid"], scope: "orders/ship" },
    "oidc: a scope outside the issuer's list": { scp: ["orders/trace"] },
    "oidc: no scope at all": { scp: undefined },
  };
  const right = (changes: Claims) => bearer(partners.token({ ...partnerClaims(), ...changes }));
  const pool = { sub: "ann", client_id: clients.get("web"), token_use: "access", scope: "orders/ship orders/read" };
  return [
    ...Object.entries(claims).map(([name, changes]): Case => ({ name, line: LINE, headers: () => right(changes) })),
    { name: "oidc: for a route of the user pool", line: "GET /orders", headers: () => right({ scp: ["orders/read"] }) },
    {
      name: "the user pool's token for a route of oidc",
      line: LINE,
      headers: () => bearer(customers.token(pool)),
    },
    {
      name: "oidc: signed by the user pool's key",
      line: LINE,
      headers: () => bearer(partners.token(partnerClaims(), { pair: customers.pair })),
    },
  ];
}
