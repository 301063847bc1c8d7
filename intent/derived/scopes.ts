import { callersThatMeet, type ScopeNeed } from "../../contract/scope-need";
import type { RouteConfig } from "../schema/config";
import { type Draft, tokenIssuers } from "./draft";
import { needsOf, scopesOf } from "./routes";

/** Who may call a route: any caller, or one that meets one of these needs. */
export type Access = "public" | readonly ScopeNeed[];

/** Who may call a route; undefined if the route sets no access, or both kinds. */
export function accessOf(route: RouteConfig): Access | undefined {
  if ((route.scopes === undefined) === (route.access === undefined)) return undefined;
  return route.access ?? needsOf(route);
}

/** The scopes that routes require. */
export function askedScopes({ routes }: Pick<Draft, "routes">): ReadonlySet<string> {
  return new Set(routes.flatMap(({ config }) => scopesOf(config)));
}

/** Ids of the issuers with a caller that can meet one of these needs, in the order of the issuers. */
export function issuersOfScopes(
  needs: readonly ScopeNeed[],
  draft: Pick<Draft, "clients" | "issuers">,
): readonly string[] {
  // Callers of such an issuer have the scopes of their tokens: at most those that config lists for the issuer.
  const byToken = tokenIssuers(draft).map(([issuer, { scopes }]) => ({ issuer, scopes }));
  const found = callersThatMeet(needs, [...draft.clients.values(), ...byToken]);
  return [...draft.issuers.keys()].filter((id) => found.some(({ caller }) => caller.issuer === id));
}
