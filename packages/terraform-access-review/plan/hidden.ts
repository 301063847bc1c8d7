import type { AttributeChange, Json } from "../model/change";
import { canonical } from "../terraform-json/order";
import { isFields, withTexts } from "../terraform-json/stack-json";

/** Starts a stand-in for a hidden value. It is a private-use character, which no name in a cloud may contain. */
const MARK = "\uE000hidden:";

/**
 * Replaces values that Terraform marks as sensitive, before the comparison. Equal values get equal stand-ins, so a
 * change is visible and no value is. Call it once per compared resource.
 *
 * @returns `marks` is `before_sensitive` or `after_sensitive`: `true` at any depth hides the value there
 */
export function hiding(): (value: unknown, marks: unknown) => unknown {
  const numbers = new Map<string, number>();
  const standIn = (value: unknown) => {
    const text = canonical(value);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return `${MARK}${number}`;
  };
  const hidden = (value: unknown, marks: unknown): unknown => {
    if (marks === true) return value === null || value === undefined ? value : standIn(value);
    if (Array.isArray(value)) {
      return Array.isArray(marks) ? value.map((item, index) => hidden(item, marks[index])) : value;
    }
    if (!isFields(value) || !isFields(marks)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(item, marks[key])]));
  };
  return hidden;
}

/** A difference that may be shown: without the stand-ins, and hidden if it consists of one. */
export function withoutStandIns(change: AttributeChange): AttributeChange {
  const { path, before, after } = change;
  if (isStandIn(before) || isStandIn(after)) return { path, kind: "hidden" };
  return {
    ...change,
    ...(before !== undefined && { before: replaced(before) }),
    ...(after !== undefined && { after: replaced(after) }),
  };
}

function isStandIn(value: unknown): boolean {
  return typeof value === "string" && value.startsWith(MARK);
}

function replaced(value: Json): Json {
  return withTexts(value, (text) => (isStandIn(text) ? "(hidden)" : text)) as Json;
}
