import { compareText } from "../terraform-json/order";

/** One line of the access ledger: who may do what on which resource, and under which condition. */
export interface AccessRow {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  /** What must hold in addition; `-` for nothing. */
  readonly condition: string;
  /** The part of `condition` that says which function decides on a route. */
  readonly decision?: RouteDecision;
  /** The parts of `condition`, so that a change of it can be judged. Without them every change counts as broader. */
  readonly terms?: RowTerms;
}

/** A function's decision on a route, and how long API Gateway caches it. */
export interface RouteDecision {
  /** Name of the function. */
  readonly by: string;
  /** Undefined where the API's default counts. */
  readonly seconds?: number;
  /** What a cached result is found by: `Authorization`, `routeKey`. */
  readonly cacheKey: readonly string[];
}

/** The parts of a condition, by what more of them means. */
export interface RowTerms {
  /** Alternatives: more of them is broader. */
  readonly permits?: readonly string[];
  /** Restrictions: more of them is narrower. */
  readonly requires?: readonly string[];
  /** Limits: a lower number is narrower. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** What rows are sorted by, the principal first: the ledger answers what a principal may do. */
export function rowKey({ principal, resource, permission, condition }: AccessRow): string {
  return `${principal}\u0000${resource}\u0000${permission}\u0000${condition}`;
}

export function compareRows(a: AccessRow, b: AccessRow): number {
  return compareText(rowKey(a), rowKey(b));
}

/** What a row requires of a cache key. */
export function keyTerm(part: string): string {
  return `${part} in the cache key`;
}

/** In the place of a principal, on a route that denies every caller: such a row opens nothing. */
export const NO_CALLER = "no caller";

/** In the place of a principal, where a policy names `*`. */
export const ANY_PRINCIPAL = "any principal";

/** A grant of a role's trust policy. Who assumes the role needs the same permission in a policy of their own. */
export const TRUSTED = "sts:AssumeRole (trust policy)";

/** What an issuer does where its tokens are accepted. */
export const ISSUES = "issue tokens for callers";

/** Code has the permissions of its account or role: the rows of that are under the name in `resource`. */
export const RUN_AS = "run as";
