import { type ChangeModel, type GuardChange, type ResourceChange, type RowChange, rowOf } from "../model/change";
import { type Fact, factKey } from "../model/fact";
import type { AccessRow, RowTerms } from "../model/row";
import { canonical } from "../terraform-json/order";
import { sha256 } from "../terraform-json/sha256";
import { type Attributes, isFields } from "../terraform-json/stack-json";

/**
 * Names one change of access by its facts: `broadened allow caller:customers/web call:GET /orders
 * google_cloud_run_v2_service:orders sha256:…`. The hash is that of all facts on both sides. Where the grant is declared
 * does not count, nor why it changed.
 */
export function rowKey(change: RowChange): string {
  const { effect, before, after, elsewhere } = change;
  const row = rowOf(change);
  const [was, is] = [before, after].map((each) => each && factText(each.principal));
  const principal = was !== undefined && is !== undefined && was !== is ? `${was}>${is}` : factText(row.principal);
  const parts = [
    ...(after === undefined ? ["lost"] : []),
    row.effect,
    principal,
    factText(row.action),
    factText(row.resource),
    ...(before && after ? changedTexts(before.terms, after.terms) : []),
  ];
  const facts = { before: before && factsOf(before), after: after && factsOf(after), elsewhere };
  return keyOf([effect, ...parts], facts);
}

/**
 * Names one change of a protection or a limit: `broadened aws_apigatewayv2_stage.gateway throttling_rate_limit 100>200`.
 * A hash replaces values that do not fit.
 */
export function guardKey({ effect, address, guard, before, after, hidden }: GuardChange): string {
  const parts = [effect, address, guard];
  const isPlain = hidden === undefined && [address, guard, before, after].every(isShort);
  if (isPlain) return keyOf([...parts, `${before}>${after}`]);
  return keyOf(parts, { address, name: guard, before, after, hidden });
}

/** Names what happens to a resource: `destroyed aws_cognito_user_pool.customers`, `replaced aws_x.y region`. */
export function resourceKey(change: ResourceChange): string {
  const { loss, follows, ...facts } = change;
  const { address, action, forcedBy } = facts;
  const parts = [action, address, ...(forcedBy.length === 0 ? [] : [forcedBy.join(",")])];
  // What is lost does not depend on the new values.
  const isLost = action === "destroyed" || action === "replaced";
  if (!isLost) return keyOf(parts, facts);
  return parts.every(isShort) ? keyOf(parts) : keyOf(parts, { address, forcedBy });
}

/** The same change, each part of it with its key. */
export function withKeys(model: ChangeModel) {
  const keyed = ({ rows, guards }: ChangeModel["access"]) => ({
    rows: rows.map((row) => ({ key: rowKey(row), ...row })),
    guards: guards.map((guard) => ({ key: guardKey(guard), ...guard })),
  });
  const { access, resources, drift, driftAccess } = model;
  return {
    ...model,
    access: keyed(access),
    resources: resources.map((each) => ({ key: resourceKey(each), ...each })),
    drift: drift.map((each) => ({ key: resourceKey(each), ...each })),
    ...(driftAccess && { driftAccess: keyed(driftAccess) }),
  };
}

/** A change from a file that has keys, without them: they say nothing that the change does not. */
export function withoutKeys(model: Attributes): Attributes {
  const { access, resources, drift, driftAccess } = model;
  const bare = (parts: unknown) =>
    Array.isArray(parts) ? parts.map((part) => (isFields(part) ? unkeyed(part) : part)) : parts;
  const within = (change: unknown) =>
    isFields(change) ? { ...change, rows: bare(change.rows), guards: bare(change.guards) } : change;
  return {
    ...model,
    access: within(access),
    resources: bare(resources),
    drift: bare(drift),
    ...(driftAccess !== undefined && { driftAccess: within(driftAccess) }),
  };
}

function unkeyed({ key, ...part }: Attributes): Attributes {
  return part;
}

/** What a row grants, without the place that declares it. */
function factsOf({ from, ...facts }: AccessRow) {
  return facts;
}

/** Characters of one part of a key. */
const LONGEST = 80;

/** Changed terms of a condition that a key shows. Its hash contains all. */
const MOST_TERMS = 3;

/** A part that needs no hash: it is whole, and no other part can begin or end in it. */
function isShort(text: string): boolean {
  return text.length <= LONGEST && /^[\w.:"'/*@+$()[\]{},=-]+$/.test(text);
}

/** @param facts what else identifies the change; undefined if the parts are all */
function keyOf(parts: readonly string[], facts?: unknown): string {
  const text = parts.map(shown).join(" ");
  return facts === undefined ? text : `${text} sha256:${sha256(canonical(facts)).slice(0, 32)}`;
}

/** One line, without characters that change how a line looks. */
function shown(text: string): string {
  const line = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "_");
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

/** The facts and limits that only one of two conditions has: `+need:orders/write`, `cache-seconds:60>300`. */
function changedTexts(before: RowTerms = {}, after: RowTerms = {}): readonly string[] {
  const names = [...new Set([...Object.keys(before.limits ?? {}), ...Object.keys(after.limits ?? {})])];
  const limits = names
    .map((name) => [name, before.limits?.[name] ?? "", after.limits?.[name] ?? ""] as const)
    .filter(([, was, is]) => was !== is)
    .map(([name, was, is]) => `${name}:${was}>${is}`);
  const only = (sign: string, one: readonly Fact[], other: readonly Fact[]) => {
    const others = new Set(other.map(factKey));
    return one.filter((fact) => !others.has(factKey(fact))).map((fact) => `${sign}${factText(fact)}`);
  };
  const sides = (["permits", "requires"] as const).flatMap((part) => {
    const [was = [], is = []] = [before[part], after[part]];
    return [...only("+", is, was), ...only("-", was, is)];
  });
  return [...limits, ...sides].slice(0, MOST_TERMS);
}

/** `anyone`, `caller:customers/web`, `google_cloud_run_v2_service:orders`. */
function factText(fact: Fact): string {
  if (fact.kind === "resource") return fact.address ?? (fact.type === "" ? fact.name : `${fact.type}:${fact.name}`);
  if (fact.kind === "text")
    return fact.parts.map((part) => (typeof part === "string" ? part : factText(part))).join("");
  const { kind, ...values } = fact;
  const texts = valuesIn(values);
  return texts.length === 0 ? kind : `${kind}:${texts.join(",")}`;
}

/** Every value of a fact, in one order. A flag is its name. */
function valuesIn(values: unknown): readonly string[] {
  if (Array.isArray(values)) return values.flatMap(valuesIn);
  if (typeof values !== "object" || values === null) return values === undefined ? [] : [String(values)];
  if ("kind" in values) return [factText(values as Fact)];
  return Object.entries(values)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, value]) => (typeof value === "boolean" ? (value ? [name] : []) : valuesIn(value)));
}
