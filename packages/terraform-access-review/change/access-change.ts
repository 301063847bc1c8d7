import { EVERY_SCOPED_ROUTE } from "../access/callers";
import { LIMITED } from "../access/gateway/usage-rows";
import { type Effect, type RowChange, rowOf } from "../model/change";
import { type AccessRow, compareRows, INVOKE, NO_CALLER, type RowTerms, rowKey } from "../model/row";
import { compareText, groupedBy } from "../terraform-json/order";

/**
 * The rows of two ledgers that differ. Rows with the same principal, permission and resource are one row whose condition
 * changed. The change is narrower only if the terms prove it.
 */
export function rowChanges(
  before: readonly AccessRow[],
  after: readonly AccessRow[],
  /** Returns the resources that the second stack no longer has, in the ledger's words. */
  goneNow: () => ReadonlySet<string>,
): readonly RowChange[] {
  const [keysBefore, keysAfter] = [before.map(text), after.map(text)];
  const lost = without(before, keysBefore, keysAfter);
  const gained = without(after, keysAfter, keysBefore);
  const callers = callersIn(after);
  const left = new Map([...groupedBy([...gained].sort(compareRows), subject)].map(([key, rows]) => [key, [...rows]]));
  const changes: RowChange[] = [];
  const touched = new Set([...lost, ...gained].map(({ permission }) => permission));
  const [callsBefore, callsAfter] = [callsOf(before, touched), callsOf(after, touched)];
  const [could, can] = [new Set(callsBefore.map(subject)), new Set(callsAfter.map(subject))];
  const [opens, opened] = [openCalls(callsBefore), openCalls(callsAfter)];
  for (const row of [...lost].sort(compareRows)) {
    const found = left.get(subject(row))?.shift();
    const open = coveredBy(row, opened);
    if (found !== undefined) changes.push({ effect: effectOf(row, found), before: row, after: found });
    // Anyone may now do it, including this caller.
    else if (open !== undefined) changes.push({ effect: "broadened", before: row, after: open });
    else changes.push({ effect: lossOf(row, callers, goneNow), before: row, ...(can.has(subject(row)) && ELSEWHERE) });
  }
  for (const row of [...left.values()].flat()) {
    const open = coveredBy(row, opens);
    // Before, anyone could do it, including this caller.
    if (open !== undefined) changes.push({ effect: "narrowed", before: open, after: row });
    else changes.push({ effect: gainOf(row), after: row, ...(could.has(subject(row)) && ELSEWHERE) });
  }
  return inOrder(changes);
}

const ELSEWHERE = { elsewhere: true } as const;

/** Rows of calls that anyone may make, by route and service. */
function openCalls(calls: readonly AccessRow[]): ReadonlyMap<string, AccessRow> {
  const open = calls.filter(({ principal }) => principal === ANYONE);
  return new Map(open.map((row) => [subject(row), row]));
}

/** The principal of a route that needs no token. */
export const ANYONE = "anyone";

/** The row by which anyone may do what this row gives to one caller, under a condition that is no stricter. */
function coveredBy(row: AccessRow, open: ReadonlyMap<string, AccessRow>): AccessRow | undefined {
  if (row.principal === ANYONE || row.principal === NO_CALLER || !mayBeOpen(row.permission)) return undefined;
  const found = open.get(subject({ ...row, principal: ANYONE }));
  if (found?.terms === undefined || row.terms === undefined) return undefined;
  // Anyone may call without a scope. Every other alternative of the caller must be open to anyone too.
  const isPermitted = (term: string) => scopesIn(term) !== undefined || found.terms?.permits?.includes(term);
  return (row.terms.permits ?? []).every(isPermitted) && isAsStrict(row.terms, found.terms) ? found : undefined;
}

/** The scopes of a term of `needInWords`; undefined for any other term. */
function scopesIn(term: string): readonly string[] | undefined {
  const scopes = term.split(" and ");
  return scopes.every((scope) => SCOPE.test(scope)) ? scopes : undefined;
}

const SCOPE = /^[^\s/]+\/[^\s/]+$/;

/** Terms for no requirement of a kind, each with a test for the terms that are one. */
const NO_REQUIREMENT: ReadonlyMap<string, (term: string) => boolean> = new Map([
  ["any audience", (term) => term.startsWith("audience ")],
  ["any caller", (term) => term.startsWith("caller ")],
  ["any scope", (term) => scopesIn(term) !== undefined],
  ["any scope at the gateway", (term) => scopesIn(term.replace(/ at the gateway$/, "")) !== undefined],
]);

/** Whether one alternative accepts no more than another: each part is the same, or requires more. */
export function isWithin(term: string, other: string): boolean {
  if (NO_REQUIREMENT.get(other)?.(term)) return true;
  const [parts, others] = [term.split(", "), other.split(", ")];
  return parts.length === others.length && parts.every((part, index) => isPartWithin(part, others[index] ?? ""));
}

function isPartWithin(part: string, other: string): boolean {
  if (part === other) return true;
  const [[claim, own], [otherClaim, others]] = [claimAndScopes(part), claimAndScopes(other)];
  if (own === undefined || others === undefined || claim !== otherClaim) return false;
  return others.every((scope) => own.includes(scope));
}

/** A part of a term may begin with the name of the claim that contains the scopes. */
function claimAndScopes(part: string) {
  const [, claim = "", scopes = ""] = /^(\S+ (?=\S+\/))?(.*)$/.exec(part) ?? [];
  return [claim, scopesIn(scopes)] as const;
}

/** Rows of calls with these permissions: more than one per caller, if APIs of both kinds exist. */
function callsOf(rows: readonly AccessRow[], permissions: ReadonlySet<string>): readonly AccessRow[] {
  return rows.filter(({ permission }) => permissions.has(permission) && mayBeOpen(permission));
}

/** Whether anyone may have the permission, in place of the principals that a row names. */
function mayBeOpen(permission: string): boolean {
  return isCall(permission) || permission === INVOKE;
}

/**
 * A row that denies or limits is a protection. Losing it is broader, unless the protected object, the object that
 * contains it or the restricted principal is known to be gone, or the principal no longer calls anything.
 */
function lossOf(
  { principal, permission, resource }: AccessRow,
  callers: ReadonlySet<string>,
  goneNow: () => ReadonlySet<string>,
): Effect {
  if (limits(permission)) {
    const [, api = ""] = /^stage \S+ of (.*)$/.exec(resource) ?? [];
    return !callers.has(principal) || goneNow().has(api) ? "narrowed" : "broadened";
  }
  if (!denies(permission)) return "narrowed";
  if (resource === EVERY_SCOPED_ROUTE) return callers.has(principal) ? "broadened" : "narrowed";
  const gone = goneNow();
  const isGone = gone.has(resource) || gone.has(resource.replace(/\/\*$/, "")) || gone.has(principal);
  return isGone ? "narrowed" : "broadened";
}

function gainOf({ principal, permission }: AccessRow): Effect {
  return denies(permission) || limits(permission) || principal === NO_CALLER ? "narrowed" : "broadened";
}

/** Whether a permission is a usage limit. */
export function limits(permission: string): boolean {
  return permission === LIMITED;
}

function denies(permission: string): boolean {
  return permission.startsWith("DENY ");
}

/** Narrower: nothing new is permitted, no requirement is dropped, no limit is higher, and some term differs. */
function effectOf({ terms: before }: AccessRow, { terms: after }: AccessRow): Effect {
  if (before === undefined || after === undefined) return "broadened";
  const permits = (after.permits ?? []).every((term) => before.permits?.some((other) => isWithin(term, other)));
  const isOther = JSON.stringify(before) !== JSON.stringify(after);
  return permits && isAsStrict(after, before) && isOther ? "narrowed" : "broadened";
}

/** Whether the first terms have every requirement of the second, and no higher limit. */
function isAsStrict({ requires = [], limits = {} }: RowTerms, than: RowTerms): boolean {
  const required = (than.requires ?? []).every((term) => requires.includes(term));
  return required && Object.entries(than.limits ?? {}).every(([name, most]) => (limits[name] ?? Infinity) <= most);
}

function without(rows: readonly AccessRow[], keys: readonly string[], others: readonly string[]): readonly AccessRow[] {
  const left = new Map<string, number>();
  for (const key of others) left.set(key, (left.get(key) ?? 0) + 1);
  return rows.filter((_, index) => {
    const key = keys[index] as string;
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

function text(row: AccessRow): string {
  return `${subject(row)}\u0000${row.condition}`;
}

function subject({ principal, permission, resource }: AccessRow): string {
  return `${principal}\u0000${permission}\u0000${resource}`;
}

/** Broader changes come first; changes of callers come before those inside the clouds. */
function inOrder(changes: readonly RowChange[]): readonly RowChange[] {
  const keyed = changes.map((change) => {
    const row = rowOf(change);
    return { change, key: `${change.effect}\u0000${isCall(row.permission) ? 0 : 1}\u0000${rowKey(row)}` };
  });
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(({ change }) => change);
}

/** The principals that may call a route. */
export function callersIn(rows: readonly AccessRow[]): ReadonlySet<string> {
  return new Set(rows.filter(({ permission }) => isCall(permission)).map(({ principal }) => principal));
}

/** Whether a permission is to call a route. */
export function isCall(permission: string): boolean {
  return /^[A-Z]+ \//.test(permission);
}
