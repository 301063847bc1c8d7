import { claimAt, withClaim } from "./scope-claims";
import { isMet, type ScopeNeed } from "./scope-need";

/** Who may call a route: anyone, or callers with a scope, each perhaps only under a path of its own. */
export type RouteAccess = "public" | ScopedAccess;

export interface ScopedAccess {
  /** Needs of which the caller must meet one. */
  readonly scopes: readonly ScopeNeed[];
  readonly where?: Where | undefined;
}

/** By name of a variable of the route's path: the claim of the caller's token that holds its text. */
export type Where = Readonly<Record<string, PathClaim>>;

export interface PathClaim {
  /** In the form of `claimAt`. Its issuer must list it as one of its `pathClaims`. */
  readonly claim: string;
  /** Whether the claim is a list of texts, of which one must be the variable's. Default: it is the text. */
  readonly list?: true;
}

/** What a caller can have: scopes, and claims that a path may be compared with. */
export interface Callers {
  readonly scopes: readonly string[];
  readonly pathClaims?: readonly string[] | undefined;
}

/** A part of a route's path that must be the text of a claim. */
export interface BoundSegment extends PathClaim {
  /** Position in the path, from 1: `/tenants/{tenant}` has its variable at 2. */
  readonly segment: number;
}

/** The parts of a route's path that `where` compares. A variable that the path does not have is at position -1. */
export function boundSegments(routeKey: string, where: Where = {}): readonly BoundSegment[] {
  const segments = routeKey.split("/");
  return Object.entries(where).map(([variable, claim]) => ({ ...claim, segment: segments.indexOf(`{${variable}}`) }));
}

/** Whether a segment of the path is the text of a claim. A number, an object and a missing claim are none. */
export function isOwnSegment({ list }: PathClaim, value: unknown, text: string | undefined): boolean {
  return Boolean(text) && (list ? Array.isArray(value) && value.includes(text) : value === text);
}

/** Whether a caller may call the route, if the path is its own. */
export function mayCall(access: ScopedAccess, caller: Callers): boolean {
  return callersThatMeet(access, [caller]).length > 0;
}

/**
 * The callers that may call a route, each with the needs that it can meet. Scopes of several callers never add up. If the
 * route compares its path, the caller's issuer must state the claims.
 */
export function callersThatMeet<Caller extends Callers>(
  { scopes, where }: ScopedAccess,
  callers: Iterable<Caller>,
): readonly { readonly caller: Caller; readonly met: readonly ScopeNeed[] }[] {
  return [...callers]
    .filter((caller) => hasClaims(where, caller))
    .map((caller) => ({ caller, met: scopes.filter((need) => isMet(need, caller.scopes)) }))
    .filter(({ met }) => met.length > 0);
}

function hasClaims(where: Where = {}, { pathClaims = [] }: Callers): boolean {
  return Object.values(where).every(({ claim }) => pathClaims.includes(claim));
}

/** The text that stands for every variable of a path in calls of a stand-in for a caller. */
export const SAMPLE_TEXT = "7";

/** Another text: under it, the path of a route that compares its path is another caller's. */
export const OTHER_TEXT = "8";

/** Every claim that some route compares with its path. */
export function comparedClaims(accesses: Iterable<RouteAccess>): readonly PathClaim[] {
  return [...accesses].flatMap((access) => (access === "public" ? [] : Object.values(access.where ?? {})));
}

/** Claims of a stand-in's token to which paths with the sample text belong, unless its own claims state another text. */
export function withPathClaims(
  claims: Readonly<Record<string, unknown>>,
  compared: readonly PathClaim[],
): Readonly<Record<string, unknown>> {
  return compared.reduce(
    (all, { claim, list }) =>
      claimAt(all, claim) !== undefined || Object.hasOwn(all, claim)
        ? all
        : withClaim(all, claim, list ? [SAMPLE_TEXT] : SAMPLE_TEXT),
    claims,
  );
}

/** The texts that a segment may have in paths of the holder of these claims. */
export function ownTexts(bound: PathClaim, claims: Readonly<Record<string, unknown>>): readonly string[] {
  const value = claimAt(claims, bound.claim);
  const texts = [value].flat().filter((each) => typeof each === "string");
  return texts.filter((text) => isOwnSegment(bound, value, text));
}

/**
 * By position: one text of each compared segment in a path of the holder of these claims. A text with a slash is no
 * segment, so no path belongs to it.
 */
export function ownSegments(
  bound: readonly BoundSegment[],
  claims: Readonly<Record<string, unknown>>,
): ReadonlyMap<number, string> {
  return new Map(
    bound.flatMap((each) => {
      const [text] = ownTexts(each, claims).filter((own) => !own.includes("/"));
      return text === undefined ? [] : [[each.segment, text] as const];
    }),
  );
}
