import { compareText } from "../terraform-json/order";

/** One line of the access ledger: a principal, a permission, a resource and a condition. */
export interface AccessRow {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  /** Additional requirements; `-` for none. */
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
  /** Undefined if the API's default applies. */
  readonly seconds?: number;
  /** Parts of the cache key: `Authorization`, `routeKey`. */
  readonly cacheKey: readonly string[];
}

/** The parts of a condition, grouped by the effect of an additional one. */
export interface RowTerms {
  /** Alternatives: more of them is broader. */
  readonly permits?: readonly string[];
  /** Restrictions: more of them is narrower. */
  readonly requires?: readonly string[];
  /** Limits: a lower number is narrower. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** The sort key of rows. The principal comes first, because the ledger answers what a principal may do. */
export function rowKey({ principal, resource, permission, condition }: AccessRow): string {
  return `${principal}\u0000${resource}\u0000${permission}\u0000${condition}`;
}

export function compareRows(a: AccessRow, b: AccessRow): number {
  return compareText(rowKey(a), rowKey(b));
}

/** The requirement for a part of the cache key, as a term of a row. */
export function keyTerm(part: string): string {
  return `${part} in the cache key`;
}

/** The principal of a route that denies every caller. Such a row opens nothing. */
export const NO_CALLER = "no caller";

/** The principal for `*` in a policy. */
export const ANY_PRINCIPAL = "any principal";

/** A grant of a role's trust policy. A principal also needs this permission in its own policy to assume the role. */
export const TRUSTED = "sts:AssumeRole (trust policy)";

/** The permission to call a Cloud Run service itself. */
export const INVOKE = "invoke it";

/** The permission of an issuer whose tokens are accepted. */
export const ISSUES = "issue tokens for callers";

/** Code has the permissions of its account or role. Their rows are under the name in `resource`. */
export const RUN_AS = "run as";
