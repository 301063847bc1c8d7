import type { AttributeChange } from "../change/model";
import { shortValue } from "./plain";

/** One changed attribute, as `path: before → after`. */
export function attributeLine({ path, kind, before, after }: AttributeChange): string {
  if (kind === "hidden") return `${path}: changed (hidden)`;
  if (kind === "unknown") {
    const from = after === undefined ? "" : ` (${shortValue(after)})`;
    return `${path}: ${before === undefined ? "" : `${shortValue(before)} → `}known after apply${from}`;
  }
  if (kind === "added") return `${path}: + ${shortValue(after)}`;
  if (kind === "removed") return `${path}: - ${shortValue(before)}`;
  return `${path}: ${shortValue(before)} → ${shortValue(after)}`;
}

/** How many attributes an addition or a removal shows: what matters of a new resource is that it is there. */
export const MOST_OF_A_WHOLE = 12;
