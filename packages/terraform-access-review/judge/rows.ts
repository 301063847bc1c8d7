import { BlockList, isIP } from "node:net";
import { type Effect, type RowChange, rowOf } from "../model/change";
import { type Fact, factId, factKey, isSame, type Limits } from "../model/fact";
import { type AccessRow, calledRoute, type RowTerms, rowKey, subjectKey } from "../model/row";
import { groupedBy, sortedBy } from "../terraform-json/order";

/**
 * The rows of two ledgers that differ. Rows with the same principal, action and resource are one row whose condition
 * changed. The change is narrower only if the terms prove it. Broader changes come first.
 */
export function rowChanges(
  before: readonly AccessRow[],
  after: readonly AccessRow[],
  /** Returns the resources that the second stack no longer has. */
  goneNow: () => readonly Fact<"resource">[],
  /** Returns the resources that only the second stack has. */
  newNow: () => readonly Fact<"resource">[] = () => [],
): readonly RowChange[] {
  const lost = without(before, after);
  const gained = without(after, before);
  const callers = callersIn(after);
  const left = new Map([...groupedBy(sortedBy(gained, textOf), subjectKey)].map(([key, rows]) => [key, [...rows]]));
  const changes: RowChange[] = [];
  const touched = new Set([...lost, ...gained].map(actionKey));
  const [callsBefore, callsAfter] = [callsOf(before, touched), callsOf(after, touched)];
  const [could, can] = [new Set(callsBefore.map(subjectKey)), new Set(callsAfter.map(subjectKey))];
  const [opens, opened] = [openCalls(callsBefore), openCalls(callsAfter)];
  for (const row of sortedBy(lost, textOf)) {
    const found = left.get(subjectKey(row))?.shift();
    const open = coveredBy(row, opened);
    if (found !== undefined) changes.push({ effect: effectOf(row, found), before: row, after: found });
    // Anyone may now do it, including this caller.
    else if (open !== undefined) changes.push({ effect: "broadened", before: row, after: open });
    else
      changes.push({ effect: lossOf(row, callers, goneNow), before: row, ...(can.has(subjectKey(row)) && ELSEWHERE) });
  }
  for (const row of [...left.values()].flat()) {
    const open = coveredBy(row, opens);
    // Before, anyone could do it, including this caller.
    if (open !== undefined) changes.push({ effect: "narrowed", before: open, after: row });
    else changes.push({ effect: gainOf(row, newNow), after: row, ...(could.has(subjectKey(row)) && ELSEWHERE) });
  }
  // A condition in other words, which permits no more and no less, is no change.
  const others = changes.filter(
    ({ effect, before: was, after: is }) => effect !== "neither" || was === undefined || is === undefined,
  );
  return sortedBy(others, orderOf);
}

const ELSEWHERE = { elsewhere: true } as const;

/** The same text in each run, to sort by. */
function textOf({ principal, resource, effect, action, conditions }: AccessRow): string {
  return `${factKey([principal, resource, effect, action])} ${factKey(conditions)}`;
}

/** Changes of callers come before those inside the clouds. */
function orderOf(change: RowChange): string {
  const row = rowOf(change);
  return `${change.effect} ${calledRoute(row) === undefined ? 1 : 0} ${textOf(row)}`;
}

/** Rows of calls that anyone may make, by route and service. */
function openCalls(calls: readonly AccessRow[]): ReadonlyMap<string, AccessRow> {
  const open = calls.filter(({ principal }) => principal.kind === "anyone");
  return new Map(open.map((row) => [deedKey(row), row]));
}

function deedKey({ effect, action, resource }: AccessRow): string {
  return `${effect} ${factId(action)} ${factId(resource)}`;
}

function actionKey({ effect, action }: AccessRow): string {
  return `${effect} ${factId(action)}`;
}

/** The row by which anyone may do what this row gives to one caller, under a condition that is no stricter. */
function coveredBy(row: AccessRow, open: ReadonlyMap<string, AccessRow>): AccessRow | undefined {
  if (row.principal.kind === "anyone" || row.principal.kind === "no-caller" || !mayBeOpen(row)) return undefined;
  const found = open.get(deedKey(row));
  if (found?.terms === undefined || row.terms === undefined) return undefined;
  // Anyone may call without a scope, past the gateway too. Every other alternative must be open to anyone as well.
  const isPermitted = (term: Fact) =>
    (term.kind === "need" && term.claim === undefined) ||
    term.kind === "any-scope" ||
    term.kind === "any-gateway-caller" ||
    found.terms?.permits?.some((other) => isSame(other, term)) === true;
  const isStrict = isAsStrict(row.terms, withoutDecider(found.terms, row.terms));
  return (row.terms.permits ?? []).every(isPermitted) && isStrict ? found : undefined;
}

/**
 * The terms of an open row that restrict callers. Its function lets anyone pass, so any function that decides on the
 * caller's row instead is as strict.
 */
function withoutDecider(open: RowTerms, own: RowTerms): RowTerms {
  const isFunction = (term: Fact) => term.kind === "decided-by" && term.isJwt !== true;
  if (own.requires?.some(isFunction) !== true) return open;
  return { ...open, requires: open.requires?.filter((term) => !isFunction(term)) ?? [] };
}

/** By the fact that states no requirement of a kind: the fact that states one. */
const REQUIREMENTS: Readonly<Partial<Record<Fact["kind"], Fact["kind"]>>> = {
  "any-audience": "audience",
  "any-caller": "caller-with",
  "any-scope": "need",
};

/** Whether one alternative accepts no more than another: it is the same, or it requires more. */
function isWithin(term: Fact, other: Fact): boolean {
  if (isSame(term, other)) return true;
  if (term.kind === "need" && other.kind === "need") {
    return (
      term.claim === other.claim &&
      term.at === other.at &&
      // A requirement without a scope admits no caller.
      other.scopes.length > 0 &&
      other.scopes.every((scope) => term.scopes.includes(scope))
    );
  }
  if (term.kind === "envoy-pass" && other.kind === "envoy-pass") {
    if (term.key !== other.key) return false;
    // Without an issuer, anyone passes.
    if (other.issuer === undefined) return true;
    const { need, also = [], ...rest } = term;
    const { need: otherNeed, also: otherAlso = [], ...otherRest } = other;
    const needsAsMuch = need === undefined || otherNeed === undefined ? need === otherNeed : isWithin(need, otherNeed);
    const comparesAsMuch = otherAlso.every((each) => also.some((one) => isAsRestricting(one, each)));
    return factKey(rest) === factKey(otherRest) && needsAsMuch && comparesAsMuch;
  }
  if (term.kind === "exempt-network" && other.kind === "exempt-network") return isNetworkWithin(term.cidr, other.cidr);
  if (REQUIREMENTS[other.kind] !== term.kind) return false;
  return other.kind !== "any-scope" || term.kind !== "need" || (term.at === other.at && term.claim === undefined);
}

/** Rows of calls with these actions: more than one per caller, if APIs of both kinds exist. */
function callsOf(rows: readonly AccessRow[], actions: ReadonlySet<string>): readonly AccessRow[] {
  return rows.filter((row) => mayBeOpen(row) && actions.has(actionKey(row)));
}

/** Whether anyone may have the permission, in place of the principals that a row names. */
function mayBeOpen(row: AccessRow): boolean {
  return calledRoute(row) !== undefined || row.action.kind === "invoke" || row.action.kind === "create-users";
}

/**
 * A row that denies or limits is a protection. Losing it is broader, unless the protected object, the object that
 * contains it or the restricted principal is known to be gone, or the principal no longer calls anything.
 */
function lossOf(
  { effect, principal, action, resource }: AccessRow,
  callers: ReadonlySet<number>,
  goneNow: () => readonly Fact<"resource">[],
): Effect {
  if (effect === "allow" && !mayRefuse(action)) return "narrowed";
  if (principal.kind === "every-caller") return "broadened";
  const gone = new Set(goneNow().map(factKey));
  const isGone = (fact: Fact) => gone.has(factKey(fact));
  const calls = callers.has(factId(principal));
  if (effect === "limit") {
    return !calls || (resource.kind === "stage" && isGone(resource.api)) ? "narrowed" : "broadened";
  }
  if (resource.kind === "scoped-routes") return calls ? "broadened" : "narrowed";
  // Users whom a function refused are not gone with it.
  const isRestrictedGone = action.kind !== "user-pool-trigger" && isGone(principal);
  return isGone(resource) || isGone(contentOwner(resource)) || isRestrictedGone ? "narrowed" : "broadened";
}

/**
 * Whether a row that allows something may be a protection as well: a function that Cognito asks may refuse a user, and a policy
 * that the stack does not declare may deny. Of AWS's own policies, those of these names only deny (AWS Managed Policy Reference).
 */
function mayRefuse(action: Fact): boolean {
  if (action.kind === "user-pool-trigger") return true;
  return (
    action.kind === "aws-policy" &&
    (!/^arn:[\w-]+:iam::aws:policy\//.test(action.arn) || /Deny|Quarantine/.test(action.arn))
  );
}

/** The resource whose content a text names: the bucket of `${aws_s3_bucket.logs.arn}/*`. */
function contentOwner(fact: Fact): Fact {
  if (fact.kind !== "text") return fact;
  const [owner, rest, ...more] = fact.parts;
  return typeof owner === "object" && rest === "/*" && more.length === 0 ? owner : fact;
}

function gainOf(row: AccessRow, newNow: () => readonly Fact<"resource">[]): Effect {
  if (row.effect !== "allow" || row.principal.kind === "no-caller") return "narrowed";
  return isReminder(row) && newNow().some((each) => isSame(each, row.resource)) ? "neither" : "broadened";
}

/** Secret Manager's own identity in a project. No customer can act as it. */
const SECRET_MANAGER = /^serviceAccount:service-\d+@gcp-sa-secretmanager\.iam\.gserviceaccount\.com$/;

/** Google's own reminder that a secret must rotate, published to a topic. To an existing one, others may listen. */
function isReminder({ principal, action, resource }: AccessRow): boolean {
  const [member, ...more] = principal.kind === "text" ? principal.parts : [];
  const isGoogle = typeof member === "string" && more.length === 0 && SECRET_MANAGER.test(member);
  const isOwnTopic = resource.kind === "resource" && resource.type === "google_pubsub_topic";
  return isGoogle && isOwnTopic && action.kind === "google-role" && action.role === "roles/pubsub.publisher";
}

/**
 * Narrower: nothing new is permitted, no requirement is dropped, no limit is higher, and some of them are stricter. A
 * person judges the keys of an issuer at another address, if nothing else is broader.
 */
function effectOf(before: AccessRow, after: AccessRow): Effect {
  if (before.terms === undefined || after.terms === undefined) return "broadened";
  if (isNoBroader(after.terms, before.terms)) {
    if (!isNoBroader(before.terms, after.terms)) return "narrowed";
    return decisive(before) === decisive(after) ? "neither" : "broadened";
  }
  return isNoBroader(keyless(after.terms), keyless(before.terms)) ? "unjudged" : "broadened";
}

/** Parts of a condition that say where, and nothing about who may do what. */
const NEUTRAL: readonly Fact["kind"][] = ["addresses", "of-its-owner", "path-claim"];

/** The rest of a row's conditions. A part that no term has may decide. */
function decisive({ conditions }: AccessRow): string {
  return factKey(conditions.filter(({ kind }) => !NEUTRAL.includes(kind)));
}

/** Whether the first terms permit nothing that the second do not, and are as strict. */
function isNoBroader(terms: RowTerms, than: RowTerms): boolean {
  return (
    (terms.permits ?? []).every((term) => than.permits?.some((other) => isWithin(term, other))) &&
    isAsStrict(terms, than)
  );
}

/** The same terms without the address of each issuer's keys. */
function keyless({ permits = [], ...terms }: RowTerms): RowTerms {
  const without = (term: Fact): Fact => {
    if (term.kind === "envoy-issuer-term") return { ...term, term: without(term.term) };
    return term.kind === "issuer-keys" ? { ...term, keys: "" } : term;
  };
  return { ...terms, permits: permits.map(without) };
}

/** Whether the first terms have every requirement of the second, and no higher limit. */
function isAsStrict({ requires = [], limits = {} }: RowTerms, than: RowTerms): boolean {
  const required = (than.requires ?? []).every((term) => requires.some((other) => isAsRestricting(other, term)));
  return required && Object.entries(than.limits ?? {}).every(([name, most]) => limitIn(limits, name) <= most);
}

/** Whether a restriction holds wherever the other does. */
function isAsRestricting(term: Fact, other: Fact): boolean {
  if (isSame(term, other)) return true;
  if (term.kind === "token-audience" && other.kind === "token-audience") {
    return term.audiences.every((each) => other.audiences.includes(each));
  }
  if (term.kind !== "networks" || other.kind !== "networks") return false;
  // Whether an empty list admits no caller or every caller depends on who reads it.
  return term.cidrs.length > 0 && term.cidrs.every((cidr) => other.cidrs.some((each) => isNetworkWithin(cidr, each)));
}

/** A quota of a longer period also limits each day of it. A week may be in two months. */
const EACH_DAY = ["per-DAY", "per-WEEK", "per-MONTH"];

function limitIn(limits: Limits, name: string): number {
  const names = name === "per-DAY" ? EACH_DAY : [name];
  return Math.min(...names.map((each) => limits[each] ?? Number.POSITIVE_INFINITY));
}

function without(rows: readonly AccessRow[], others: readonly AccessRow[]): readonly AccessRow[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(rowKey(other), (left.get(rowKey(other)) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(rowKey(row)) ?? 0;
    left.set(rowKey(row), count - 1);
    return count <= 0;
  });
}

/** The terms that make the second condition less strict than the first. */
export function looserTerms({ permits = [], requires = [], limits = {} }: RowTerms, second: RowTerms) {
  const names = [...new Set([...Object.keys(limits), ...Object.keys(second.limits ?? {})])];
  return {
    permits: (second.permits ?? []).filter((term) => !permits.some((other) => isWithin(term, other))),
    requires: requires.filter((term) => !second.requires?.some((other) => isAsRestricting(other, term))),
    limits: names.filter((name) => (second.limits?.[name] ?? Infinity) > (limits[name] ?? Infinity)),
  };
}

/** The principals that may call a route, by `factId`. */
export function callersIn(rows: readonly AccessRow[]): ReadonlySet<number> {
  return new Set(rows.filter((row) => calledRoute(row) !== undefined).map(({ principal }) => factId(principal)));
}

/** Whether a network lies within another one, both in CIDR notation. False if one of them is not. */
function isNetworkWithin(cidr: string, other: string): boolean {
  if (cidr === other) return true;
  const [inner, outer] = [networkOf(cidr), networkOf(other)];
  if (inner === undefined || outer === undefined || inner.family !== outer.family) return false;
  const list = new BlockList();
  list.addSubnet(outer.address, outer.prefix, outer.family);
  return inner.prefix >= outer.prefix && list.check(inner.address, inner.family);
}

function networkOf(cidr: string) {
  const [address = "", length = "", ...more] = cidr.split("/");
  const version = isIP(address);
  const prefix = Number(length);
  const isValid = version > 0 && more.length === 0 && /^\d+$/.test(length) && prefix <= (version === 4 ? 32 : 128);
  return isValid ? { address, prefix, family: version === 4 ? ("ipv4" as const) : ("ipv6" as const) } : undefined;
}
