import { type Fact, factId, type Limits, type RowFacts } from "./fact";
import type { Place } from "./place";

/** One row of the access ledger: who may do what, on what, and under which conditions. */
export interface AccessRow extends RowFacts {
  /** Additional requirements, in the order in which people read them. */
  readonly conditions: readonly Fact[];
  /** The condition that says which function decides on a route. */
  readonly decision?: Fact<"decision">;
  /** The parts of `conditions`, so that a change of them can be judged. Without them every change counts as broader. */
  readonly terms?: RowTerms;
  /** What declares the grant. */
  readonly from: Place;
}

/** The parts of a condition, grouped by the effect of an additional one. */
export interface RowTerms {
  /** Alternatives: more of them is broader. */
  readonly permits?: readonly Fact[];
  /** Restrictions: more of them is narrower. */
  readonly requires?: readonly Fact[];
  /** A lower number is narrower. */
  readonly limits?: Limits;
}

/** The same text for rows that differ at most in their conditions. */
export function subjectKey(row: AccessRow): string {
  return keysOf(row).subject;
}

/** The same text for rows that grant the same under the same conditions. */
export function rowKey(row: AccessRow): string {
  return keysOf(row).whole;
}

function keysOf(row: AccessRow) {
  const known = keys.get(row);
  if (known !== undefined) return known;
  const { effect, principal, action, resource, conditions } = row;
  const subject = `${factId(principal)} ${factId(resource)} ${effect} ${factId(action)}`;
  const made = { subject, whole: `${subject} ${conditions.map(factId).join()}` };
  keys.set(row, made);
  return made;
}

/** Cached, because a ledger of hundreds of routes is compared more than once. */
const keys = new WeakMap<AccessRow, { readonly subject: string; readonly whole: string }>();

/** The route that a row lets its principal call; undefined for any other row. */
export function calledRoute({ action, effect }: Pick<RowFacts, "action" | "effect">): string | undefined {
  return action.kind === "call" && effect === "allow" ? action.key : undefined;
}
