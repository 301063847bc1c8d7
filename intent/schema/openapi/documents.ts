import { realpathSync } from "node:fs";
import { join, posix } from "node:path";
import { Composer, type CST, type Document, isAlias, LineCounter, type Node, Parser, visit } from "yaml";
import { DocumentNode } from "../../source/document-node";
import type { Finding } from "../../source/finding";
import type { Origin } from "../../source/located";
import { topOf } from "../../source/parse-file";
import { readText } from "../../source/read";
import { faultAt, OTHER_LINE_END, type SyntaxFault, syntaxFault } from "../../source/yaml-syntax";

/**
 * The design: bytes of one file. Of the public documents that were tried, the largest have 3.1 MB with 247 operations,
 * and 2.8 MB with 465. Reading each takes one to two seconds.
 */
const MOST_BYTES = 5_000_000;

/** Receives a fault of a document, with its place. */
export type Refuse = (finding: Finding) => void;

/**
 * The OpenAPI documents of a config folder, and the targets of their references. Nothing outside the folder is read.
 */
export class Documents {
  private readonly opened = new Map<string, DocumentFile>();

  constructor(private readonly configDir: string) {}

  /** @param file in the project: `config/openapi/orders.yaml`. Only names that `fileNamed` returned */
  open(file: string): DocumentFile {
    const known = this.opened.get(file);
    if (known) return known;
    const found = this.read(file);
    this.opened.set(file, found);
    return found;
  }

  /**
   * Returns the value that a node refers to by `$ref`, or the node itself. Returns undefined after refusing a URL, a
   * file outside config/, a circular reference, or keys next to the reference, which readers treat in different ways.
   */
  resolve(node: DocumentNode, refuse: Refuse): DocumentNode | undefined {
    const seen = new Set<string>();
    let found = node;
    for (let reference = found.get("$ref"); reference; reference = found.get("$ref")) {
      if (!isSound(found, "map", refuse)) return undefined;
      const [other] = [...found.entries].filter(([key]) => !["$ref", "summary", "description"].includes(key));
      if (other) {
        const remedy = "move it to the $ref's target: readers differ in which of the two they use";
        return refused(refuse, other[1], `${JSON.stringify(other[0])} next to a $ref`, "the $ref alone", remedy);
      }
      const target = this.target(reference, refuse);
      if (target === undefined) return undefined;
      const place = `${target.origin.file}#${JSON.stringify(target.path)}`;
      if (seen.has(place)) {
        return refused(
          refuse,
          reference,
          "a $ref that leads back to itself",
          "one that leads to a value",
          "correct it",
        );
      }
      seen.add(place);
      found = target;
    }
    return found;
  }

  private target(reference: DocumentNode, refuse: Refuse): DocumentNode | undefined {
    const [path = "", pointer = ""] = (reference.text ?? "").split("#", 2);
    const file = path === "" ? reference.origin.file : fileNamed(path, reference.origin.file);
    const got = JSON.stringify(reference.text ?? "");
    if (file === undefined || reference.text === "") return refused(refuse, reference, got, INSIDE, COPY);
    const { root, findings } = this.open(file);
    for (const finding of findings) refuse(finding);
    if (root === undefined) return undefined;
    let target: DocumentNode | undefined = root;
    for (const step of pointer.split("/").slice(1)) {
      // If a key appears twice, readers differ in which one they use.
      for (const fault of target?.faults ?? []) refuse(fault);
      target = target?.get(pointerStep(step)) ?? target?.items[index(step)];
    }
    if (target && (pointer === "" || pointer.startsWith("/"))) return target;
    return refused(refuse, reference, got, `a value at that place of ${file}`, "correct it");
  }

  private read(file: string): DocumentFile {
    const inside = file.replace(/^config\//, "");
    if (!this.isPlain(inside)) {
      const message = "got a symbolic link, expected a file that is in config/ itself";
      return { findings: [{ origin: topOf(file), path: [], message, remedy: "copy the document to config/" }] };
    }
    const read = readText(this.configDir, inside, MOST_BYTES);
    return "text" in read ? parsed(file, read.text) : { findings: [{ origin: topOf(file), path: [], ...read }] };
  }

  /** Whether no part of a path is a symbolic link. A missing file is not one. */
  private isPlain(inside: string): boolean {
    try {
      return realpathSync(join(this.configDir, inside)) === join(realpathSync(this.configDir), inside);
    } catch {
      return true;
    }
  }
}

/**
 * A cache, because a command reads a document once per environment, and again for places. It keeps only the last text
 * of each file.
 */
const PARSED = new Map<string, { readonly text: string; readonly document: DocumentFile }>();

function parsed(file: string, text: string): DocumentFile {
  const known = PARSED.get(file);
  if (known?.text === text) return known.document;
  const document = parseDocument(file, text);
  PARSED.set(file, { text, document });
  return document;
}

/**
 * The file of config/ that a path means; undefined for a URL, an absolute path, or a file elsewhere.
 *
 * @param from file that contains the path: `config/base.yaml`
 */
export function fileNamed(path: string, from: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:|^\/|\\|%|\?/.test(path)) return undefined;
  const file = posix.join(posix.dirname(from), path);
  return /^config\/.*\.(ya?ml|json)$/i.test(file) ? file : undefined;
}

/** Refuses a value at its place. */
export function refused(refuse: Refuse, node: DocumentNode, got: string, expected: string, remedy: string): undefined {
  refuse(node.finding({ got, expected, remedy }));
}

/** Whether a value is of a kind, and all readers interpret it alike. Refuses it otherwise. */
export function isSound(node: DocumentNode, kind: DocumentNode["kind"], refuse: Refuse): boolean {
  for (const fault of node.faults) refuse(fault);
  if (node.faults.length > 0) return false;
  if (node.kind !== kind) refused(refuse, node, `a ${node.kind}`, `a ${kind}`, "correct it");
  return node.kind === kind;
}

const INSIDE = "# and a place in this file, or a relative path of a YAML or JSON file in config/";
const COPY = "copy what it refers to into config/: nothing is read from elsewhere";

/** A step of a JSON pointer in a URI (RFC 6901). */
export function pointerStep(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return step;
  }
}

function index(step: string): number {
  return /^\d+$/.test(step) ? Number(step) : -1;
}

/**
 * The design: levels of maps and lists in a document. The parser calls itself for each one. The deepest of the public
 * documents that were tried has 31.
 */
const MOST_LEVELS = 200;

/** One document, often another team's, with the place of each value. Only values that affect access are read. */
interface DocumentFile {
  /** Undefined if the file could not be read. The findings say why. */
  readonly root?: DocumentNode;
  readonly findings: readonly Finding[];
}

/**
 * Parses YAML 1.2 or JSON. Aliases are not followed, and no scalar is interpreted: `no` and `1.0` are text.
 *
 * @param file as problems name it: `config/openapi/orders.yaml`
 */
export function parseDocument(file: string, text: string): DocumentFile {
  const lines = new LineCounter();
  // Lines are counted here and not by the parser, so that faults found before parsing have a line.
  for (const start of [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]) lines.addNewLine(start);
  const at = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refused = ({ offset, got, expected, remedy }: SyntaxFault): DocumentFile => ({
    findings: [{ origin: at(offset), path: [], message: `got ${got}, expected ${expected}`, remedy }],
  });
  const bad = file.endsWith(".json") ? jsonFault(text) : hidingLineEnd(text);
  if (bad) return refused(bad);
  const tokens = [...new Parser().parse(text)];
  const deep = tokens.map(tooDeep).find((offset) => offset !== undefined);
  if (deep !== undefined) {
    const [got, expected] = [`more than ${MOST_LEVELS} levels`, `at most ${MOST_LEVELS} (the design's limit)`];
    return refused(faultAt(deep, got, expected, FLATTEN));
  }
  const composer = new Composer({ schema: "failsafe", uniqueKeys: false, prettyErrors: false, lineCounter: lines });
  const [document, second] = [...composer.compose(tokens, true, text.length)] as Document<Node>[];
  if (second) return refused(faultAt(second.range?.[0] ?? 0, "a second document", "one document per file", SPLIT));
  const fault = document && (syntaxFault(document.errors, document, text) ?? aliasFault(document));
  if (fault) return refused(fault);
  if (document?.contents == null) {
    return refused(faultAt(0, "an empty file", "an OpenAPI document", "write it, or correct the path"));
  }
  return { root: new DocumentNode(document.contents, at(0), [], at), findings: [] };
}

/**
 * Offset of the first token below the deepest allowed level. It does not recurse, because the depth is not known yet.
 */
function tooDeep(token: CST.Token): number | undefined {
  const left: (readonly [token: CST.Token, level: number])[] = [[token, 0]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [found, level] = next;
    if (level > MOST_LEVELS) return found.offset;
    if (found.type === "document" && found.value) left.push([found.value, level]);
    if (!("items" in found)) continue;
    for (const { key, value } of found.items) {
      for (const inner of [key, value]) if (inner) left.push([inner, level + 1]);
    }
  }
  return undefined;
}

/**
 * The first alias that leads nowhere or back to itself, or the first of more aliases than readers follow. Other parts of
 * the program follow aliases, in values that do not affect access.
 */
function aliasFault(document: Document<Node>): SyntaxFault | undefined {
  const anchors = new Map<string, Node>();
  let fault: SyntaxFault | undefined;
  visit(document, {
    Node: (_, node, around) => {
      if (!isAlias(node)) {
        if (node.anchor) anchors.set(node.anchor, node);
        return undefined;
      }
      const target = anchors.get(node.source);
      if (target !== undefined && !around.includes(target)) return undefined;
      const got = `the alias *${node.source}${target === undefined ? "" : " inside its own anchor"}`;
      fault = faultAt(node.range?.[0] ?? 0, got, `an anchor &${node.source} before it`, WRITE_OUT);
      return visit.BREAK;
    },
  });
  return fault;
}

/** The YAML parser accepts more than JSON. A file called .json must be valid JSON for other readers too. */
function jsonFault(text: string): SyntaxFault | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const [, position = "0"] = /position (\d+)/.exec((error as Error).message) ?? [];
    const remedy = "correct the syntax here, or name the file .yaml";
    return faultAt(Number(position), "invalid JSON", "valid JSON in a .json file", remedy);
  }
}

function hidingLineEnd(text: string): SyntaxFault | undefined {
  const offset = text.search(OTHER_LINE_END);
  if (offset < 0) return undefined;
  return faultAt(offset, "another line end", "lines that end in LF or CRLF", "save the file with line ends of LF");
}

const FLATTEN = "move inner parts to components, and refer to them by $ref";
const WRITE_OUT = "write the value out, or correct the name";
const SPLIT = "remove what follows ---";
