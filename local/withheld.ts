/** Longer texts are cut: a hostile request must not make the page unusable. */
const MOST_CHARACTERS = 2_000;

/** What looks like a JWT, whole or without its signature, or like an access token of Google. */
const TOKEN = /\beyJ[\w-]{6,}\.[\w-]{6,}(\.[\w-]*)?|\bya29\.[\w.-]+/g;

/**
 * The value without anything that could be used as a credential. The trace is meant to hold none: what a caller wrote
 * into a path or a claim might all the same.
 */
export function withheld(value: unknown): unknown {
  if (typeof value === "string") return shortened(value.replace(TOKEN, "(token withheld)"));
  if (Array.isArray(value)) return value.slice(0, 100).map(withheld);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [String(withheld(key)), withheld(item)]));
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)} … (${text.length} characters)`;
}
