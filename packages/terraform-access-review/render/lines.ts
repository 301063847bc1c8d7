import type { AttributeChange, ResourceChange } from "../model/change";

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

/** Number of attributes that an addition or a removal shows: what matters is the resource itself. */
export const MOST_OF_A_WHOLE = 12;

/** What happens to a resource, without its attributes: `replaced: it cannot change region in place`. */
export function changeWords({ action, forcedBy, importedAs, movedFrom, reason }: ResourceChange): string {
  return [
    action === "replaced" && forcedBy.length > 0
      ? `replaced, because ${forcedBy.join(", ")} cannot change in place`
      : action,
    ...(movedFrom === undefined ? [] : [`was ${movedFrom}`]),
    ...(importedAs === undefined ? [] : [`exists as ${importedAs}`]),
    ...(reason === undefined ? [] : [reason]),
  ].join("; ");
}

/**
 * Text for one line. Characters that would move the cursor, change the writing direction or end the line are shown as
 * escapes.
 */
export function visible(text: string): string {
  // Nearly every text: it needs no look-up of each character's category.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu, (found) => {
    if (found === "\n") return "\\n";
    return `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** A value on one line, cut at this length. */
export function shortValue(value: unknown, most = 300): string {
  const text = visible(typeof value === "string" ? value : JSON.stringify(value));
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
