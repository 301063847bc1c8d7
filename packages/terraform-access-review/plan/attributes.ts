import { diffAttributes } from "../judge/value-diff";
import type { AttributeChange, Json } from "../model/attribute-change";
import { canonical } from "../terraform-json/order";
import { referencesIn } from "../terraform-json/references";
import { type Attributes, isFields, isUnset, withTexts } from "../terraform-json/stack-json";
import { setsOf } from "../types";
import { anyUnknown, type Deployed } from "./deployed";
import type { Change } from "./plan-json";
import { AFTER_APPLY, fieldsOf, isEmpty, own, shaped, withoutSensitive } from "./shape";

/** Inputs of the comparison in addition to the plan. */
export interface AttributeContext {
  readonly type: string;
  /** The resource as the configuration declares it; undefined if it does not. */
  readonly configured: Attributes | undefined;
  readonly deployed: Deployed;
}

/**
 * Every difference of one object. A value that is known only after the apply is compared as the configuration writes
 * it, with references. If these are equal, only values change, and the attribute is `unknown`.
 */
export function attributeChanges(change: Change, context: AttributeContext): readonly AttributeChange[] {
  const hidden = sensitiveHider();
  const before = fieldsOf(hidden(change.before, change.before_sensitive));
  const after = fieldsOf(hidden(change.after, change.after_sensitive));
  const unknown = fieldsOf(change.after_unknown);
  const sensitive = fieldsOf(change.after_sensitive);
  const [old, planned]: [Record<string, unknown>, Record<string, unknown>] = [Object.create(null), Object.create(null)];
  const following: AttributeChange[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])) {
    const like = own(context.configured, name);
    const [was, is] = [unset(own(before, name)), unset(own(after, name))];
    if (!anyUnknown(own(unknown, name))) {
      if (was !== undefined) old[name] = shaped(was, like, name);
      if (is !== undefined) planned[name] = shaped(is, like, name);
      continue;
    }
    if (own(sensitive, name) === true) {
      following.push({ path: name, kind: "hidden" });
      continue;
    }
    // A value that only the provider computes is not a change.
    if (like === undefined) continue;
    const will = filled(context.deployed.inWords(is, context.type, name, like), own(unknown, name), like);
    const inWords = context.deployed.inWords(was, context.type, name, like);
    const isSame = diffAttributes({ [name]: inWords }, { [name]: will }, setsOf(context.type)).length === 0;
    if (was !== undefined && isSame) following.push({ path: name, kind: "unknown" });
    else {
      if (was !== undefined) old[name] = inWords;
      planned[name] = will;
    }
  }
  const found = diffAttributes(old, planned, setsOf(context.type));
  return [...found.map(withoutStandIns).map(asUnknown), ...following].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A value of a plan, with unknown parts as the configuration writes them. */
export function filled(value: unknown, unknown: unknown, like: unknown): unknown {
  if (unknown === true) return like ?? AFTER_APPLY;
  if (!anyUnknown(unknown)) return value;
  if (Array.isArray(unknown)) {
    if (unknown.length === 1 && isFields(like)) return filled([value].flat()[0], unknown[0], like);
    // A set has another order in a plan than in the configuration, so no known text belongs to a place in it.
    if (!Array.isArray(like) || like.every((item) => typeof item === "string")) return like ?? AFTER_APPLY;
    const items = Array.isArray(value) ? value : [];
    return like.map((item, index) => filled(items[index], unknown[index], item));
  }
  if (!isFields(unknown)) return value;
  const known = fieldsOf([value].flat()[0]);
  const written = fieldsOf([like].flat()[0]);
  const keys = [...new Set([...Object.keys(known), ...Object.keys(unknown)])];
  return Object.fromEntries(
    keys
      // Without nested values that only the provider computes.
      .filter((key) => !(anyUnknown(own(unknown, key)) && own(written, key) === undefined))
      .map((key) => [key, filled(own(known, key), own(unknown, key), own(written, key))]),
  );
}

/** A text with references represents a value that only the apply knows; a plan's own values contain no references. */
function asUnknown(change: AttributeChange): AttributeChange {
  const refers = typeof change.after === "string" && referencesIn(change.after).length > 0;
  return refers && change.kind !== "hidden" ? { ...change, kind: "unknown" } : change;
}

/** An empty text, list or map, and null, all mean that nothing is set. */
function unset(value: unknown): unknown {
  return isUnset(value) || isEmpty(value) ? undefined : value;
}

/** Starts a stand-in for a hidden value. It is a private-use character, which no name in a cloud may contain. */
const MARK = "\uE000hidden:";

/**
 * Replaces values that Terraform marks as sensitive, before the comparison. Equal values get equal stand-ins, so a
 * change is visible and no value is. Call it once per compared resource.
 *
 * @returns `marks` is `before_sensitive` or `after_sensitive`: `true` at any depth hides the value there
 */
export function sensitiveHider(): (value: unknown, marks: unknown) => unknown {
  const numbers = new Map<string, number>();
  const standIn = (value: unknown) => {
    const text = canonical(value);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return `${MARK}${number}`;
  };
  return (value, marks) => withoutSensitive(value, marks, standIn);
}

/** A difference that may be shown: without the stand-ins, and hidden if it consists of one. */
function withoutStandIns(change: AttributeChange): AttributeChange {
  const { path, before, after } = change;
  if (isStandIn(before) || isStandIn(after)) return { path, kind: "hidden" };
  let hides = change.hides;
  const shown = (value: unknown) =>
    replaced(value, () => {
      hides = true;
      return "(hidden)";
    });
  return {
    ...change,
    ...(before !== undefined && { before: shown(before) }),
    ...(after !== undefined && { after: shown(after) }),
    ...(hides && { hides }),
  };
}

function isStandIn(value: unknown): boolean {
  return typeof value === "string" && value.startsWith(MARK);
}

/** A value with another text in place of each stand-in. */
export function replaced(value: unknown, by: () => string): Json {
  return withTexts(value, (text) => (isStandIn(text) ? by() : text)) as Json;
}
