import { callersThatMeet, type RouteAccess } from "../../contract/route-access";
import type { IssuerConfig, RouteConfig } from "../schema/config";
import { type Draft, tokenIssuers } from "./draft";
import { scopedAccess, scopesOf } from "./routes";

/** Who may call a route; undefined if the route sets no access, or both kinds. */
export function accessOf(route: RouteConfig): RouteAccess | undefined {
  if ((route.scopes === undefined) === (route.access === undefined)) return undefined;
  return route.access ?? scopedAccess(route);
}

/** The scopes that routes require, or a server of the Model Context Protocol for its tools. */
export function askedScopes({ routes, services }: Pick<Draft, "routes" | "services">): ReadonlySet<string> {
  const ofTools = [...services.values()].flatMap(({ mcp }) => mcp?.toolScopes ?? []);
  return new Set([...routes.flatMap(({ config }) => scopesOf(config)), ...ofTools]);
}

/** Ids of the issuers with a caller that may call the route, in the order of the issuers. None if it is public. */
export function issuersThatOpen(route: RouteConfig, draft: Pick<Draft, "clients" | "issuers">): readonly string[] {
  // Callers of such an issuer have the scopes of their tokens: at most those that config lists for the issuer.
  const byToken = tokenIssuers(draft).map(([issuer, { scopes }]) => ({ issuer, scopes }));
  const callers = [...draft.clients.values(), ...byToken].map(({ issuer, scopes }) => {
    return { issuer, scopes, pathClaims: claimsOfIssuer(draft.issuers.get(issuer)) };
  });
  const found = callersThatMeet(scopedAccess(route), callers);
  return [...draft.issuers.keys()].filter((id) => found.some(({ caller }) => caller.issuer === id));
}

/** Claims of an issuer's tokens that a route may compare with its path. */
export function claimsOfIssuer(issuer: IssuerConfig | undefined): readonly string[] {
  return issuer === undefined || issuer.kind === "aws-iam" ? [] : (issuer.pathClaims ?? []);
}
