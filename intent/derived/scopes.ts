import { isAnyMet, type ScopeNeed } from "../../contract/scope-need";
import type { ClientConfig, IssuerConfig, RouteConfig } from "../schema/config";
import type { Draft } from "./draft";
import { needsOf, scopesOf } from "./routes";

/** Who may call a route: any caller, or one that meets one of these needs. */
export type Access = "public" | readonly ScopeNeed[];

/** Who may call a route; undefined if the route sets no access, or both kinds. */
export function accessOf(route: RouteConfig): Access | undefined {
  if (route === "public") return route;
  if ((route.scopes === undefined) === (route.access === undefined)) return undefined;
  return route.access ?? needsOf(route);
}

/** The scopes that a service's routes require. */
export function askedScopes({ services }: Draft, id: string): readonly string[] {
  return [...(services.get(id)?.routes.values() ?? [])].flatMap(scopesOf);
}

type Entries<T> = Iterable<readonly [id: string, entry: T]>;

/** Ids of the issuers with a caller that can meet one of these needs, in the order of the issuers. */
export function issuersOfScopes(
  needs: readonly ScopeNeed[],
  issuers: Entries<IssuerConfig>,
  clients: Entries<ClientConfig>,
): readonly string[] {
  const holds = (held: readonly string[]) => isAnyMet(needs, held);
  const byGrant = new Set([...clients].flatMap(([, client]) => (holds(client.scopes) ? [client.issuer] : [])));
  const gives = (id: string, issuer: IssuerConfig) =>
    issuer.kind === "oidc" && issuer.grants === "token" ? holds(issuer.scopes) : byGrant.has(id);
  return [...issuers].flatMap(([id, issuer]) => (gives(id, issuer) ? [id] : []));
}
