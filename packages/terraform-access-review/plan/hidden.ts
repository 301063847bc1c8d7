import type { AttributeChange, Json } from "../model/change";
import { canonical } from "../terraform-json/order";
import { isFields } from "./shape";

/** Starts a stand-in for a hidden value. It is a private-use character, which no name in a cloud may contain. */
const MARK = "\uE000hidden:";

/**
 * Replaces values that Terraform marks as sensitive, before the comparison. Equal values get equal stand-ins, so a
 * change is visible and no value is. Create one instance per compared resource.
 */
export class Hidden {
  private readonly numbers = new Map<string, number>();

  /** `marks` is `before_sensitive` or `after_sensitive`: `true` at any depth hides the value there. */
  in(value: unknown, marks: unknown): unknown {
    if (marks === true) return value === null || value === undefined ? value : this.standIn(value);
    if (Array.isArray(value)) {
      return Array.isArray(marks) ? value.map((item, index) => this.in(item, marks[index])) : value;
    }
    if (!isFields(value) || !isFields(marks)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.in(item, marks[key])]));
  }

  private standIn(value: unknown): string {
    const key = canonical(value);
    const number = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, number);
    return `${MARK}${number}`;
  }
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
  if (typeof value === "string") return isStandIn(value) ? "(hidden)" : value;
  if (Array.isArray(value)) return value.map(replaced);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]));
}
