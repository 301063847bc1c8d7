import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { Finding } from "./finding";
import type { Located, LocatedMap, Origin, Path } from "./located";
import { duplicate, type Fault, hiddenFeature, textWithoutColon, unusableKey, withoutColon } from "./yaml-faults";
import { OTHER_LINE_END, syntaxFault } from "./yaml-syntax";

export interface ParsedFile {
  /** Undefined if the file could not be read. The findings say why. */
  readonly tree?: LocatedMap;
  readonly findings: readonly Finding[];
}

/**
 * Parses one YAML file into a located tree. It refuses every construct that YAML readers interpret differently or that
 * hides a value.
 *
 * @param remedy for a file that is empty or no map. Default: those of an environment
 */
export function parseYaml(file: string, text: string, remedy?: string): ParsedFile {
  return new YamlReader(file, text, remedy).read();
}

/** Every text of a file, keys included, as a reader of YAML decodes it, with its range in the file. */
export function textsOf(
  text: string,
): readonly { readonly value: string; readonly start: number; readonly end: number }[] {
  const found: { value: string; start: number; end: number }[] = [];
  for (const document of [
    parseAllDocuments(text, { schema: "failsafe", prettyErrors: false, uniqueKeys: false }),
  ].flat()) {
    visit(document, {
      Scalar: (_, { value, range }) => {
        if (typeof value === "string" && range) found.push({ value, start: range[0], end: range[1] });
      },
    });
  }
  return found;
}

class YamlReader {
  private readonly lines = new LineCounter();
  private readonly findings: Finding[] = [];
  /** Whether a key has no value. */
  private isTorn = false;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly remedy: string | undefined,
  ) {}

  read(): ParsedFile {
    const [document, second] = this.parse();
    this.conflicts();
    this.characters();
    if (this.findings.length > 0) return { findings: this.findings };
    if (second) this.refuseAt(second.range?.[0] ?? 0, "a second document", "one document per file", SPLIT_DOCUMENTS);
    if (document) this.syntax(document);
    if (this.findings.length > 0) return { findings: this.findings };
    if (document?.contents == null) return this.noMap(0, "an empty file", this.remedy ?? FILL_FILE);
    const { contents } = document;
    const tree = this.node(contents, this.origin(0), []);
    // What follows a key without a value is usually that value, not indented enough. The surrounding maps are then
    // unreliable.
    if (this.isTorn) return { findings: this.findings };
    return tree.kind === "map"
      ? { tree, findings: this.findings }
      : this.noMap(start(contents), "no map", this.remedy ?? WRITE_MAP);
  }

  private parse(): Document[] {
    const documents = parseAllDocuments(this.text, {
      // Leaves every scalar as its source text, so that the parser guesses no type.
      schema: "failsafe",
      lineCounter: this.lines,
      prettyErrors: false,
      // The check below reports the path and the first of the two keys.
      uniqueKeys: false,
    });
    return Array.isArray(documents) ? documents : [];
  }

  /** Reports merge conflict markers of git. A parser must not choose a version. */
  private conflicts(): void {
    for (const { index } of this.text.matchAll(CONFLICT)) {
      this.refuseAt(index, "a merge conflict", "one version of these lines", RESOLVE_CONFLICT);
    }
  }

  private characters(): void {
    for (const { offset, got, remedy } of unseenCharacters(this.text)) {
      this.refuseAt(offset, got, "visible characters", remedy);
    }
    const control = this.text.search(CONTROL_CHARACTER);
    if (control >= 0) this.refuseAt(control, "a control character", "visible text", REMOVE_CONTROL);
    const end = this.text.search(OTHER_LINE_END);
    if (end >= 0) this.refuseAt(end, lineEnd(this.text.charAt(end)), "lines that end in LF or CRLF", SAVE_AS_LF);
  }

  private syntax(document: Document): void {
    if (document.directives?.yaml.explicit) this.refuseAt(0, "a %YAML directive", "none", REMOVE_DIRECTIVE);
    const fault = syntaxFault(document.errors, document, this.text);
    if (fault) this.refuseAt(fault.offset, fault.got, fault.expected, fault.remedy);
  }

  private noMap(offset: number, got: string, remedy: string): ParsedFile {
    this.refuseAt(offset, got, "a map of keys and values", remedy);
    return { findings: this.findings };
  }

  /** A refused value stays in the tree as text, so that later checks still see the rest of the file. */
  private node(node: Node | null, origin: Origin, path: Path): Located {
    const hidden = node && hiddenFeature(node);
    if (hidden) return this.refuseValue(origin, path, hidden);
    if (isMap(node)) return this.map(node as YAMLMap<Node, Node | null>, origin, path);
    if (isSeq(node)) {
      const items = node.items as Node[];
      return {
        kind: "list",
        origin,
        items: items.map((item, i) => this.node(item, this.origin(start(item)), [...path, i])),
      };
    }
    const scalar = isScalar(node) ? readScalar(node, this.source(node)) : readScalar(null, "");
    this.isTorn ||= isEmpty(node);
    if ("fault" in scalar) return this.refuseValue(origin, path, scalar.fault);
    return { kind: "scalar", origin, value: scalar.value };
  }

  private map({ items, flow: isInFlow }: YAMLMap<Node, Node | null>, origin: Origin, path: Path): LocatedMap {
    const entries = new Map<string, Located>();
    for (const pair of items) {
      const here = this.origin(start(pair.key));
      const key = this.key(pair.key, here, path);
      if (key === undefined) continue;
      const first = entries.get(key);
      if (first && this.isTorn) continue;
      if (first) this.refuseValue(here, [...path, key], duplicate(key, first.origin.line), { hides: path });
      else if (isInFlow && isEmpty(pair.value))
        this.refuseValue(here, [...path, key], textWithoutColon(key), { unknown: key });
      else entries.set(key, this.node(pair.value, this.valueOrigin(pair.value, here), [...path, key]));
    }
    return { kind: "map", origin, entries };
  }

  /** Text that starts below its key is usually a broken line of a map, so the fault is reported there. */
  private valueOrigin(node: Node | null, key: Origin): Origin {
    if (!isScalar(node) || isEmpty(node)) return key;
    const own = this.origin(start(node));
    return own.line === key.line ? key : own;
  }

  /** A key is always text as written: `404` and `on` are names here, not a number and a boolean. */
  private key(node: Node, origin: Origin, path: Path): string | undefined {
    const hidden = hiddenFeature(node);
    const key = isScalar(node) ? String(node.value) : "";
    const opening = isScalar(node) && node.type === "PLAIN" ? /^(.*\S)\s+[[{]/.exec(key)?.[1] : undefined;
    const fault = hidden ?? (UNUSABLE_KEYS.includes(key) ? unusableKey(key) : opening && withoutColon(opening));
    if (!fault) return key;
    this.refuseValue(origin, [...path, ...(opening ? [opening] : [])], fault, opening ? { unknown: opening } : {});
    return undefined;
  }

  private source(node: Node): string {
    const [from = 0, to = 0] = node.range ?? [];
    return this.text.slice(from, to);
  }

  private refuseValue(
    origin: Origin,
    path: Path,
    fault: Fault,
    about: Pick<Finding, "unknown" | "hides"> = {},
  ): Located {
    this.findings.push({ origin, path, ...fault, ...about });
    return { kind: "scalar", origin, value: "" };
  }

  private refuseAt(offset: number, got: string, expected: string, remedy: string): void {
    this.findings.push({ origin: this.origin(offset), path: [], message: `got ${got}, expected ${expected}`, remedy });
  }

  private origin(offset: number): Origin {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function lineEnd(character: string): string {
  if (character === "\r") return "a carriage return without a line feed";
  return `the character U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.type === "PLAIN" && node.source === "");
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

const UNUSABLE_KEYS = ["", "<<", "__proto__"];
/** Start of a merge conflict in git. */
const CONFLICT = /^<{7}(?= |$)/gm;
const CONTROL_CHARACTER = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const FILL_FILE =
  "every YAML file of config/ is taken for an environment: write {} for one that takes base.yaml as it is, or move the file";
const SPLIT_DOCUMENTS = "one file is one environment: move what follows --- into another file";
const WRITE_MAP = "write keys and values, as in `name: storefront`";
const REMOVE_DIRECTIVE = "remove the line that starts with %: the files are read as YAML 1.2";
const RESOLVE_CONFLICT = "keep one version, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>";
const REMOVE_CONTROL = "remove it; the file may be damaged, or not UTF-8 text";
const SAVE_AS_LF = 'save the file with LF line endings; in quoted text, write an escape, as in "\\r"';

/** Characters that are invisible or look like others. */
const KINDS: readonly (readonly [what: string, pattern: RegExp, remedy: string])[] = [
  [
    "a space other than U+0020",
    /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g,
    'write a plain space; if you need this one, write an escape in quotes, as in "\\u00a0"',
  ],
  [
    "a mark that changes the text direction",
    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "delete it: editors show other text than the program reads",
  ],
  [
    "a zero-width character",
    /[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu,
    "delete it: editors do not show it, but the program reads it",
  ],
];

interface UnseenCharacter {
  readonly offset: number;
  readonly got: string;
  readonly remedy: string;
}

/** The first occurrence of each such character in a text, with its code point and count. */
function unseenCharacters(text: string): readonly UnseenCharacter[] {
  return KINDS.flatMap(([what, pattern, remedy]) => {
    const offsets = new Map<string, number[]>();
    for (const { 0: character, index } of text.matchAll(pattern)) {
      const known = offsets.get(character) ?? [];
      known.push(index);
      offsets.set(character, known);
    }
    return [...offsets].map(([character, [offset = 0, ...more]]) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      return { offset, got: `U+${code}, ${what}${more.length > 0 ? `, ${more.length + 1} times` : ""}`, remedy };
    });
  });
}

type Reading =
  | { readonly value: string | number | boolean | null }
  | { readonly fault: { readonly message: string; readonly remedy: string } };

/**
 * The value of a scalar, if every YAML reader agrees on it. Quoted text is text. Plain text is a number, a boolean or
 * null in exactly one spelling each. Any spelling that another YAML version or reader treats as one of these is
 * refused. `source` is the scalar as written in the file.
 */
export function readScalar(scalar: Scalar | null, source: string): Reading {
  if (scalar !== null && scalar.type !== "PLAIN") return { value: String(scalar.value) };
  if (source === "null") return { value: null };
  if (source === "true" || source === "false") return { value: source === "true" };
  if (CANONICAL_NUMBER.test(source)) return readNumber(source);
  const fault = faultOf(source);
  return fault ? { fault } : { value: source };
}

function readNumber(source: string): Reading {
  const value = Number(source);
  // A number with more digits than a double can hold, such as 12345678901234567890, would change its value.
  return String(value) === source ? { value } : { fault: ambiguous(source, "a number in its shortest form") };
}

function faultOf(source: string) {
  if (NULL_LIKE.test(source)) {
    return {
      message: `got ${source === "" ? "no value" : source}, expected a value or the word null`,
      remedy: `${source === "" ? "indent the next lines deeper if they are the value; otherwise " : ""}write null to delete the key, "" for empty text, or the value that is missing`,
    };
  }
  if (BOOLEAN_LIKE.test(source)) {
    return {
      message: `got ${source}, expected true, false or quoted text (YAML versions disagree on it)`,
      remedy: `write ${/^(y|yes|on|true)$/i.test(source)}, or "${source}" in quotes if it is text`,
    };
  }
  if (LEADING_ZERO.test(source)) return ambiguous(source, "a number without leading zeros, or quoted text");
  if (NUMBER_LIKE.test(source)) return ambiguous(source, "a plain decimal number, or quoted text");
  if (source.includes("\n")) {
    return { message: "got text over several lines without quotes, expected one line", remedy: "quote the text" };
  }
  return undefined;
}

function ambiguous(source: string, expected: string) {
  return {
    message: `got ${source}, expected ${expected}`,
    remedy: `write "${source}" in quotes if it is text, such as an account id; otherwise write the value out`,
  };
}

/** The spelling that JavaScript prints, so that the value read is the value written. */
const CANONICAL_NUMBER = /^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/;
const NULL_LIKE = /^(~|null|Null|NULL|)$/i;
const BOOLEAN_LIKE = /^(y|n|yes|no|on|off|true|false)$/i;
const LEADING_ZERO = /^[-+]?0\d[\d_]*$/;
/** Hexadecimal, octal, binary, exponents, bare points, separators, infinities: some readers treat these as numbers. */
const NUMBER_LIKE =
  /^[-+]?(0x[\da-f_]+|0o[0-7_]+|0b[01_]+|\d[\d_]*|\d[\d_]*\.[\d_]*(e[-+]?\d+)?|\.\d[\d_]*(e[-+]?\d+)?|\d[\d_]*e[-+]?\d+|\.inf|\.nan)$/i;
