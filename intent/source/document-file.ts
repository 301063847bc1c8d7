import { Composer, type CST, type Document, isAlias, LineCounter, type Node, Parser, visit } from "yaml";
import { DocumentNode } from "./document-node";
import type { Finding } from "./finding";
import type { Origin } from "./located";
import { faultAt, OTHER_LINE_END, type SyntaxFault, syntaxFault } from "./yaml-syntax";

/**
 * The design: levels of maps and lists in a document. The parser calls itself for each one. The deepest of the public
 * documents that were tried has 31.
 */
const MOST_LEVELS = 200;

/** One document, often another team's, with the place of each value. Only values that affect access are read. */
export interface DocumentFile {
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
