import type { ClientConfig, IssuerConfig } from "../schema/config";

type Entries<T> = Iterable<readonly [id: string, entry: T]>;

/** Ids of the issuers of which some caller can hold one of these scopes, in the order of the issuers. */
export function issuersOfScopes(
  scopes: readonly string[],
  issuers: Entries<IssuerConfig>,
  clients: Entries<ClientConfig>,
): readonly string[] {
  const holds = (held: readonly string[]) => held.some((scope) => scopes.includes(scope));
  const byGrant = new Set([...clients].flatMap(([, client]) => (holds(client.scopes) ? [client.issuer] : [])));
  const gives = (id: string, issuer: IssuerConfig) =>
    issuer.kind === "oidc" && issuer.grants === "token" ? holds(issuer.scopes) : byGrant.has(id);
  return [...issuers].flatMap(([id, issuer]) => (gives(id, issuer) ? [id] : []));
}
