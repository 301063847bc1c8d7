import type { ClientDraft, IssuerDraft } from "./draft";
import { soundItems } from "./sound";

type Entries<T> = Iterable<readonly [id: string, entry: T | undefined]>;

/** Ids of the issuers of which some caller can hold one of these scopes, in the order of the issuers. */
export function issuersOfScopes(
  scopes: readonly string[],
  issuers: Entries<IssuerDraft>,
  clients: Entries<ClientDraft>,
): readonly string[] {
  const holds = (held: readonly (string | undefined)[] = []) =>
    soundItems(held).some(([, scope]) => scopes.includes(scope));
  const byGrant = new Set([...clients].flatMap(([, client]) => (holds(client?.scopes) ? [client?.issuer] : [])));
  const gives = (id: string, issuer: IssuerDraft) => {
    if (issuer.kind === "cognito") return byGrant.has(id);
    if (issuer.kind !== "oidc" || issuer.grants === undefined) return false;
    return issuer.grants === "token" ? holds(issuer.scopes) : byGrant.has(id);
  };
  return [...issuers].flatMap(([id, issuer]) => (issuer !== undefined && gives(id, issuer) ? [id] : []));
}
