import { WITHHELD_FORMS, WITHHELD_SIGNS } from "../../../contract/credentials";

/** Longer texts are truncated first: a hostile request must not make the page slow, or unusable. */
const MOST_CHARACTERS = 2_000;

const WITHHELD = "(token withheld)";

/** Headers whose whole value is a credential. All names are compared in any case, and with `-`, `_` or nothing between words. */
const HEADERS = "authorization|cookie";

/** Names of headers, and of parameters of token endpoints and of signed URLs, whose value is a credential. */
const NAMES = [
  "x[-_](?:amz|goog)[-_](?:security[-_]token|signature|credential)",
  "api[-_]?key",
  "(?:access|refresh|id|subject|actor|session|auth|bearer|csrf|device)[-_]?token",
  "client[-_]?secret|secret[-_]?(?:access[-_]?)?key",
  "assertion|code[-_]?verifier|saml(?:response|request)",
  "private[-_]?key|pass(?:word|wd|phrase)",
].join("|");

/** Names that also are words of prose: only as a parameter (`token=`) or as a key of JSON (`"token":`). */
const SHORT_NAMES = "token|secret|signature|sig|pwd";

/** A text in quotes, up to the next quote with as many backslashes: JSON within JSON has `\"`. */
const QUOTED = String.raw`(?<escapes>\\*)(?<quote>["'])(?:(?!(?<!\\)\k<escapes>\k<quote>)[^])*`;
const UNQUOTED = String.raw`[^\s&"',;\\]+`;
const AFTER_NAME = String.raw`\\*["']?\s*`;

/** The forms of credentials in a text without escapes, anywhere in a word. */
const FORMS: readonly RegExp[] = [
  ...WITHHELD_FORMS,
  // A scheme and what follows it, unless that is a word of prose.
  /\b(?:bearer|basic|dpop|ssws|negotiate)[\s+]+(?!["']?[a-z]{1,15}\b(?![\w.~+/=-]))[\w.~+/=:-]{4,}/gi,
  new RegExp(`(?:${HEADERS})${AFTER_NAME}(?:[:=]\\s*${QUOTED}|:[^\\r\\n]*|=${UNQUOTED}(?:[ +]${UNQUOTED})?)`, "gi"),
  new RegExp(`(?:${NAMES})${AFTER_NAME}[:=]\\s*(?:${QUOTED}|${UNQUOTED})`, "gi"),
  new RegExp(`(?<![\\w-])(?:${SHORT_NAMES}|code)=[^\\s&"',;]{4,}`, "gi"),
  new RegExp(`["'](?:${SHORT_NAMES})\\\\*["']\\s*:\\s*${QUOTED}`, "gi"),
];

/** A key of an object whose text is a credential. */
const KEY = new RegExp(`(?:${HEADERS}|${NAMES})$|^(?:${SHORT_NAMES})$`, "i");

/**
 * Long base64. The base64 of a text in ASCII has letters of both cases, and almost never the characters for 62 and 63.
 */
const BASE64 = /(?<![A-Za-z0-9+])(?=[a-z0-9+]*[A-Z])(?=[A-Z0-9+]*[a-z])[A-Za-z0-9+]{24,}[\w+/=-]*/g;

/** How often a text may be base64 within base64. */
const MOST_DEPTH = 3;

/**
 * A character under any number of escapes: `%2e`, `%252e`, `%u002e`, `\u002e`, `\x2e`, `\056`, `&#46;`. Credentials
 * contain only ASCII, so other escapes do not matter.
 */
const ESCAPE =
  /%(?:25)*(?:u00)?([0-7][0-9a-f])|\\+(?:u00|x|u\{0*)([0-7][0-9a-f])\}?|&#x0*([0-7][0-9a-f]);?|&#0*(\d{2,3});?|\\+([01][0-7]{2})/gi;

/**
 * How many rounds of escapes within an escape's own digits (`%%32e`) are undone before a word counts as hiding
 * something.
 */
const MOST_ROUNDS = 4;

/** A word that is still escaped after the last round. */
const ESCAPED_WORD = /[\w.%\\&#;{}-]*(?:%|\\+u|\\+x|&#)[\w.%\\&#;{}-]*/g;

/**
 * Signs that a text may contain a credential, the same before and after `JSON.stringify`. Most lines of logs have none,
 * and testing a line for all of them takes microseconds.
 */
const SIGNS: readonly RegExp[] = [/%(?!2F)|\\+[ux0-9]|&#/, ...WITHHELD_SIGNS];

/** A part of every name and scheme. */
const NAME_SIGN =
  /authorization|cookie|token|secret|api[-_]?key|assertion|verifier|saml|private|pass[pw]|pwd|sig(?:=|nature|["'\\])|code=|x[-_](?:amz|goog)|bearer|basic|dpop|ssws|negotiate/i;
const NAME = new RegExp(
  [
    "\\b(?:bearer|basic|dpop|ssws|negotiate)[\\s+\\\\]",
    `(?:${HEADERS}|${NAMES})${AFTER_NAME}[:=]`,
    `(?<![\\w-])(?:${SHORT_NAMES}|code)=`,
    `(?:${SHORT_NAMES})\\\\*["']\\s*:\\s*\\\\*["']`,
  ].join("|"),
  "i",
);

/**
 * The value without anything that could be used as a credential. The trace should hold none, but a caller may have
 * written one into a path or a claim, and a service into a line of its log, however it is escaped.
 */
export function withheld(value: unknown): unknown {
  if (typeof value === "string") return withoutCredentials(shortened(value));
  if (Array.isArray(value)) return value.slice(0, 100).map(withheld);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      String(withheld(key)),
      typeof item === "string" && item !== "" && KEY.test(key) ? WITHHELD : withheld(item),
    ]),
  );
}

/** Returns the JSON of `withheld(value)`. It copies the value only if something may be withheld, which is rare. */
export function withheldJson(value: unknown): string {
  const text = JSON.stringify(value);
  // A list may be too long, however short the text is.
  const isPlain = text.length <= MOST_CHARACTERS && !text.includes("[") && !isSuspicious(text);
  return isPlain ? text : JSON.stringify(withheld(value));
}

function isSuspicious(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text)) || (NAME_SIGN.test(text) && NAME.test(text)) || mayHaveBase64(text);
}

/** Shortest base64 that is decoded, in characters. */
const BASE64_CHARACTERS = 24;

/** Whether `BASE64` may match. So long a word covers one of every 24 places, so only these are looked at. */
function mayHaveBase64(text: string): boolean {
  for (let at = BASE64_CHARACTERS - 1; at < text.length; at += BASE64_CHARACTERS) {
    let [start, end] = [at, at];
    while (isOfBase64(text.charCodeAt(end))) end += 1;
    while (end > at && isOfBase64(text.charCodeAt(start - 1))) start -= 1;
    if (end - start >= BASE64_CHARACTERS && /[A-Z]/.test(text.slice(start, end))) return true;
  }
  return false;
}

/** Whether a character is a letter, a digit or a plus sign. */
function isOfBase64(code: number): boolean {
  const letter = code & ~32;
  return (letter >= 65 && letter <= 90) || (code >= 48 && code <= 57) || code === 43;
}

/** From the first character to the one after the last. */
type Span = readonly [start: number, end: number];

/** Replaces each credential, together with its escapes and with the name in front of it. */
function withoutCredentials(text: string): string {
  if (!isSuspicious(text)) return text;
  let shown = "";
  let from = 0;
  for (const [start, end] of credentialsIn(text, MOST_DEPTH)) {
    if (start >= from) shown += text.slice(from, start) + WITHHELD;
    from = Math.max(from, end);
  }
  return shown + text.slice(from);
}

/** Where the credentials of a text are, in order. */
function credentialsIn(text: string, depth: number): readonly Span[] {
  const { plain, starts, isWhole } = unescaped(text);
  const found = [...FORMS, ...(isWhole ? [] : [ESCAPED_WORD])].flatMap((form) => spansOf(form, plain));
  if (depth > 0) found.push(...spansOf(BASE64, plain, (word) => hidesCredential(word, depth - 1)));
  const inText = ([start, end]: Span): Span => [starts[start] ?? start, starts[end] ?? end];
  return found.map(inText).sort(([one], [other]) => one - other);
}

function spansOf(form: RegExp, text: string, isMeant: (found: string) => boolean = () => true): readonly Span[] {
  return [...text.matchAll(form)].flatMap(({ 0: found, index }): Span[] =>
    isMeant(found) ? [[index, index + found.length]] : [],
  );
}

/** Whether a word is the base64 of a text with a credential, or ends in such a base64. */
function hidesCredential(word: string, depth: number): boolean {
  return [0, 1, 2, 3].some((offset) => {
    const decoded = Buffer.from(word.slice(offset), "base64").toString("latin1");
    return isSuspicious(decoded) && credentialsIn(decoded, depth).length > 0;
  });
}

interface Unescaped {
  readonly plain: string;
  /** For each character of `plain` and for its end: where it starts in the original text. */
  readonly starts: readonly number[];
  /** Whether no escape is left after the last round. */
  readonly isWhole: boolean;
}

function unescaped(text: string): Unescaped {
  let plain = text;
  let starts = Array.from({ length: text.length + 1 }, (_, index) => index);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const [next, at] = [[] as string[], [] as number[]];
    let from = 0;
    for (const { 0: all, 1: percent, 2: backslash, 3: hex, 4: decimal, 5: octal, index } of plain.matchAll(ESCAPE)) {
      const digits = percent ?? backslash ?? hex;
      const code = digits ? Number.parseInt(digits, 16) : octal ? Number.parseInt(octal, 8) : Number(decimal);
      next.push(plain.slice(from, index), String.fromCharCode(code));
      at.push(...starts.slice(from, index + 1));
      from = index + all.length;
    }
    if (from === 0) return { plain, starts, isWhole: true };
    next.push(plain.slice(from));
    at.push(...starts.slice(from));
    [plain, starts] = [next.join(""), at];
  }
  return { plain, starts, isWhole: plain.search(ESCAPE) < 0 };
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)} … (${text.length} characters)`;
}
