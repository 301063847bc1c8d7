/** The beginning of a token, or an escape that may hide it. No token contains the slash that `%2F` stands for. */
const SUSPICIOUS = /%(?!2F)|aws-iam\.|eyJ|ya29\./;

/** Longer texts are truncated first: a hostile request must not make the page slow, or unusable. */
const MOST_CHARACTERS = 2_000;

/**
 * Text that looks like a JWT, whole or without its signature, like an access token of Google, or like the signed
 * request of an AWS principal, anywhere in a word.
 */
const TOKEN = /aws-iam\.[\w-]{6,}|eyJ[\w-]{6,}\.[\w-]{6,}(\.[\w-]*)?|ya29\.[\w.-]+/g;

/** A word in a path or a form: all characters that a token is written with, escapes included. */
const WORD = /[\w.%-]+/g;

/**
 * A character under any number of percent escapes: `%2e`, `%252e`. Tokens contain only ASCII, so other escapes do not
 * matter.
 */
const ESCAPE = /%(?:25)*([0-7][0-9a-f])/gi;

/**
 * How many rounds of escapes within an escape's own digits (`%%32e`) are undone before a word counts as hiding
 * something.
 */
const MOST_ROUNDS = 4;

const WITHHELD = "(token withheld)";

/**
 * The value without anything that could be used as a credential. The trace should hold none, but a caller may have
 * written one into a path or a claim, however it is escaped.
 */
export function withheld(value: unknown): unknown {
  if (typeof value === "string") return withoutTokensIn(shortened(value));
  if (Array.isArray(value)) return value.slice(0, 100).map(withheld);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [String(withheld(key)), withheld(item)]));
}

/** Returns the JSON of `withheld(value)`. It copies the value only if something is withheld, which is rare. */
export function withheldJson(value: unknown): string {
  const text = JSON.stringify(value);
  // A list may be too long, however short the text is.
  const isPlain = text.length <= MOST_CHARACTERS && !text.includes("[") && !SUSPICIOUS.test(text);
  return isPlain ? text : JSON.stringify(withheld(value));
}

/** Replaces tokens. A text without escapes can contain a token only literally, so no word has to be unescaped. */
function withoutTokensIn(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.includes("%") ? text.replace(WORD, withoutTokens) : text.replace(TOKEN, WITHHELD);
}

/** A word that contained a token is shown without its escapes; every other word is unchanged. */
function withoutTokens(word: string): string {
  const plain = unescaped(word);
  if (plain === undefined) return WITHHELD;
  const shown = plain.replace(TOKEN, WITHHELD);
  return shown === plain ? word : shown;
}

/** Returns undefined for a word that is still escaped after the last round. */
function unescaped(word: string): string | undefined {
  let plain = word;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = plain.replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
    if (next === plain) return plain;
    plain = next;
  }
  return undefined;
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)} … (${text.length} characters)`;
}
