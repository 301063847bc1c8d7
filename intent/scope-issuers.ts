import type { ClientConfig, IssuerConfig } from "./schema";

type Entries<T> = Iterable<readonly [id: string, entry: T | undefined]>;

/** Ids of the issuers of which some caller can hold one of these scopes, in the order of the issuers. */
export function issuersOfScopes(
  scopes: readonly string[],
  issuers: Entries<IssuerConfig>,
  clients: Entries<ClientConfig>,
): readonly string[] {
  const holds = (held: readonly string[]) => held.some((scope) => scopes.includes(scope));
  const byGrant = new Set(
    [...clients].flatMap(([, client]) => (client !== undefined && holds(client.scopes) ? [client.issuer] : [])),
  );
  return [...issuers].flatMap(([id, issuer]) => {
    const speaks = issuer?.kind === "oidc" && issuer.grants === "token";
    return issuer !== undefined && (speaks ? holds(issuer.scopes) : byGrant.has(id)) ? [id] : [];
  });
}
