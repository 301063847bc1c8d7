import type { BothHandshakes } from "./both-handshakes";
import { bearer, type Case, type TokenParts, unpublishedKey } from "./cases";
import { partnerClaims } from "./partner-issuer";

/** Scopes that config grants, by caller. */
const HOLDER: Readonly<Record<string, string>> = {
  "orders/read": "web",
  "orders/write": "web",
  "orders/support": "support-desk",
  "orders/export": "reporting-agent",
  "accounts/read": "web",
  "accounts/write": "web",
  "accounts/support": "support-desk",
};

/** Every route of the stack with one valid token and one of each invalid kind. */
export async function casesByRoute(both: BothHandshakes): Promise<readonly Case[]> {
  const { customers, partners, clients } = both;
  const unpublished = await unpublishedKey();
  return both.routes.flatMap(([routeKey, [scope = ""]]) => {
    const line = routeKey.replaceAll(/\{[^}]+\}/g, "42");
    if (scope === "orders/ship") {
      const kinds: Readonly<Record<string, TokenParts | undefined>> = {
        "a right token": {},
        "no token": undefined,
        "another's signature": { pair: unpublished },
        "none of the scopes": { claims: { scp: ["openid"] } },
        "another issuer": { claims: { iss: "https://evil.example" } },
      };
      return casesOf(line, kinds, ({ claims, ...parts }) => partners.token({ ...partnerClaims(), ...claims }, parts));
    }
    const holder = HOLDER[scope];
    if (holder === undefined) throw new Error(`${routeKey}: nobody is known here who holds ${scope}`);
    const clientId = clients.get(holder);
    const other = clients.get(holder === "web" ? "support-desk" : "web");
    const right = { sub: "ann", client_id: clientId, token_use: "access", scope: `openid ${scope}` };
    const kinds: Readonly<Record<string, TokenParts | undefined>> = {
      "a right token": {},
      "no token": undefined,
      "another's signature": { pair: unpublished },
      "none of the scopes": { claims: { scope: "openid" } },
      "another issuer": { claims: { iss: "https://evil.example" } },
      "another client": { claims: { client_id: "another" } },
      "another audience": { claims: { aud: "https://evil.example" } },
      "a scope that the client was not given": { claims: { client_id: other } },
      "an ID token": { claims: { token_use: "id", aud: clientId, client_id: undefined, scope: undefined } },
    };
    return casesOf(line, kinds, ({ claims, ...parts }) => customers.token({ ...right, ...claims }, parts));
  });
}

function casesOf(
  line: string,
  kinds: Readonly<Record<string, TokenParts | undefined>>,
  token: (parts: TokenParts) => string,
): readonly Case[] {
  return Object.entries(kinds).map(([name, parts]): Case => {
    return parts === undefined ? { name, line } : { name, line, headers: () => bearer(token(parts)) };
  });
}
