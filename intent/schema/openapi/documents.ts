import { realpathSync } from "node:fs";
import { join, posix } from "node:path";
import { type DocumentFile, parseDocument } from "../../source/document-file";
import type { DocumentNode } from "../../source/document-node";
import type { Finding } from "../../source/finding";
import { topOf } from "../../source/parse-file";
import { readText } from "../../source/read";

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
