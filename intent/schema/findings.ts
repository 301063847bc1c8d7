import * as z from "zod";
import { nearest, suggestion } from "../model/nearest";
import { MOST_PROBLEMS } from "../model/problem";
import { type Finding, findingAt, type Verdict } from "../source/finding";
import {
  formatPath,
  isNull,
  type Located,
  type LocatedList,
  type LocatedMap,
  nodeAt,
  type Path,
  plain,
} from "../source/located";
import { THIS_SERVICE } from "./fields";
import { remedyOfOld } from "./renamed";
import { discriminatorsOf, fitting, keysOf, type Shape, shapesOf, unwrapped, wordsAt } from "./variants";
import { badName, entriesInARow, foreignMap, missingKey, unknownKey, wrongValue, wrongWord } from "./verdicts";

type Schema = z.core.$ZodType;

/** Result of reading a file, or the merge of two files, with a schema. */
export interface Reading<T> {
  readonly findings: readonly Finding[];
  /** Undefined if there is any finding. */
  readonly value?: T;
}

/** Reads a complete value: no other file is merged into it. */
export function readWhole<T>(root: Located, schema: z.ZodType<T>, where = "here"): Reading<T> {
  const result = schema.safeParse(plain(root), { jitless: true });
  if (result.success) return { findings: [], value: result.data };
  const findings = new SchemaCheck(root, schema, { isPart: false, where }).run();
  if (findings.length > 0) return { findings };
  throw new Error(`the schema refuses what its check lets through: ${result.error.message}`);
}

/**
 * Findings in a partial file that another one completes. Missing keys are not errors, and a null deletes a key in the
 * merge.
 */
export function partFindings(root: Located, schema: z.ZodType): readonly Finding[] {
  return new SchemaCheck(root, schema, { isPart: true, where: "" }).run();
}

interface Extent {
  readonly isPart: boolean;
  /** Place where a missing key must be added, for the remedy. */
  readonly where: string;
}

/**
 * Checks a value against a schema, and continues after faults at which Zod itself stops. Zod skips entries with a bad
 * name, the items of a list that is too long, and unions whose branch is unclear. It also cannot check a partial
 * config.
 */
class SchemaCheck {
  private readonly findings: Finding[] = [];
  /** Entries of maps whose names people choose, around the value that is checked. */
  private around: readonly Path[] = [];
  /** Keys of the file itself. */
  private readonly top: readonly string[];

  constructor(
    private readonly root: Located,
    private readonly schema: Schema,
    private readonly extent: Extent,
  ) {
    this.top = keysOf(shapesOf(schema));
  }

  run(): readonly Finding[] {
    this.value(this.schema, this.root, []);
    return this.findings;
  }

  private value(schema: Schema, node: Located, path: Path): void {
    const inner = unwrapped(schema);
    if (inner instanceof z.ZodRecord && node.kind === "map") this.entries(inner, node, path);
    else if (inner instanceof z.ZodArray && node.kind === "list") this.items(inner, node, path);
    else if (inner instanceof z.ZodObject && node.kind === "map") this.fields([inner.shape], node, path);
    else if (inner instanceof z.ZodUnion) this.union(inner, node, path);
    else this.leaf(inner, node, path);
  }

  private leaf(schema: Schema, node: Located, path: Path, about: Pick<Finding, "unknown"> = {}): void {
    const [issue] = issuesOf(schema, plain(node));
    const fits = (other: unknown) => issuesOf(schema, other).length === 0;
    if (issue) this.report(path, wrongValue(issue, plain(node), fits), about);
  }

  /** Whether a value is a map, if its schema accepts only maps. */
  private isOfKind(schema: Schema, node: Located): boolean {
    const inner = unwrapped(schema);
    const isMap = inner instanceof z.ZodObject || inner instanceof z.ZodDiscriminatedUnion;
    return node.kind === "map" || !isMap;
  }

  private entries(schema: z.ZodRecord, node: LocatedMap, path: Path): void {
    const { around } = this;
    for (const [name, entry] of node.entries) {
      const here = [...path, name];
      this.around = [...around, here];
      const [issue] = issuesOf(schema.keyType, name);
      if (issue) this.report(here, badName(name, issue), { unknown: name });
      if (this.isDeletion(entry)) continue;
      // An entry of a different kind than its siblings may be a misplaced key of one of them.
      if (!this.isOfKind(schema.valueType, entry)) {
        if (!issue) this.leaf(schema.valueType, entry, here, { unknown: name });
      } else this.value(schema.valueType, entry, here);
    }
    this.around = around;
  }

  private items(schema: z.ZodArray, node: LocatedList, path: Path): void {
    if (issuesOf(schema, plain(node)).length === 0) return;
    // Faults of the list itself, regardless of its items.
    const asList = schema.clone({ ...schema.def, element: z.unknown() });
    for (const issue of issuesOf(asList, plain(node))) {
      const here = [...path, ...issue.path.map(Number)];
      const found = nodeAt(this.root, here);
      this.report(
        here,
        wrongValue(issue, found && plain(found), () => false),
      );
    }
    for (const [index, item] of node.items.entries()) {
      const parts = item.kind === "scalar" ? String(item.value).split(/\s+/) : [];
      const isRow = parts.length > 1 && parts.every((part) => issuesOf(schema.element, part).length === 0);
      if (isRow && issuesOf(schema.element, plain(item)).length > 0)
        this.report([...path, index], entriesInARow(parts));
      else this.value(schema.element, item, [...path, index]);
    }
  }

  private union(schema: z.ZodUnion, node: Located, path: Path): void {
    const shapes = shapesOf(schema);
    const list = schema.options.find((option) => option instanceof z.ZodArray);
    const text = schema.options.find((option) => option instanceof z.ZodString);
    if (node.kind === "list" && list) this.items(list, node, path);
    else if (node.kind === "scalar" && text) this.leaf(text, node, path);
    else if (node.kind !== "map" || shapes.length === 0) this.leaf(schema, node, path);
    else if (schema instanceof z.ZodDiscriminatedUnion) this.variants(discriminatorsOf(schema), shapes, node, path);
    else this.fields([mostAlike(shapes, node)], node, path);
  }

  /** A map with several variants. Until a discriminator selects one, the keys of all variants are accepted. */
  private variants(discriminators: readonly string[], all: readonly Shape[], node: LocatedMap, path: Path): void {
    const known = keysOf(all);
    const misspelt = [...node.entries.keys()].flatMap((key) => (known.includes(key) ? [] : nearest(key, known)));
    const wrong = new Set<string>();
    let shapes = all;
    for (const key of discriminators.filter((each) => shapes.some((shape) => each in shape))) {
      const found = node.entries.get(key);
      const isOpen = found === undefined ? this.extent.isPart || misspelt.includes(key) : this.isDeletion(found);
      if (isOpen || !shapes.some((shape) => key in shape)) continue;
      const value = found && plain(found);
      const left = fitting(shapes, key, value);
      if (left.length === 0) {
        this.report([...path, key], wrongWord(value, wordsAt(shapes, key)));
        wrong.add(key);
      } else shapes = left;
    }
    this.fields(shapes, node, path, wrong);
  }

  /** @param judged keys whose fault is already reported */
  private fields(
    shapes: readonly Shape[],
    node: LocatedMap,
    path: Path,
    judged: ReadonlySet<string> = new Set(),
  ): void {
    const known = keysOf(shapes);
    const unknown = this.unknownKeys(known, node, path);
    for (const key of known.filter((each) => !judged.has(each))) {
      const [schema, other] = shapes.flatMap((shape) => shape[key] ?? []);
      const found = node.entries.get(key);
      if (schema === undefined || (found && this.isDeletion(found))) continue;
      // The value is not checked if several variants remain that have different schemas for this key.
      if (found && (other === undefined || other === schema)) this.value(schema, found, [...path, key]);
      if (found || this.extent.isPart || !shapes.every((shape) => key in shape)) continue;
      const [issue] = issuesOf(schema, undefined);
      const isMisspelt = unknown.some((each) => nearest(each, known) === key);
      if (issue && !isMisspelt) this.report([...path, key], missingKey(issue, key, this.extent.where));
    }
  }

  private unknownKeys(known: readonly string[], node: LocatedMap, path: Path): readonly string[] {
    const names = new Set(known);
    const unknown = [...node.entries.keys()].filter((key) => !names.has(key));
    const isForeign = unknown.length > 1 && unknown.length === node.entries.size && path.length > 0;
    if (isForeign && unknown.slice(0, MOST_PROBLEMS).every((key) => nearest(key, known) === undefined)) {
      const remedy = misplaced(this.root, path, known, this.top);
      this.report(path, foreignMap(unknown, known, remedy), { unknown: String(path.at(-1)), isMissing: true });
      return unknown;
    }
    for (const [index, key] of unknown.entries()) {
      const here = [...path, key];
      const remedy = index < MOST_PROBLEMS ? misplaced(this.root, here, known, this.top) : "remove it";
      this.report(here, unknownKey(path, key, remedy), { unknown: key });
    }
    return unknown.slice(0, MOST_PROBLEMS);
  }

  /** Whether this null is a deletion in the merge. */
  private isDeletion(node: Located): boolean {
    return this.extent.isPart && isNull(node);
  }

  private report(path: Path, verdict: Verdict, about: Pick<Finding, "unknown" | "isMissing"> = {}): void {
    const service = path[0] === "services" ? path[1] : undefined;
    const remedy = verdict.remedy.replaceAll(THIS_SERVICE, String(service ?? "orders"));
    this.findings.push({ ...findingAt(this.root, path, { ...verdict, remedy }), ...about, entries: this.around });
  }
}

function issuesOf(schema: Schema, value: unknown): readonly z.core.$ZodIssue[] {
  return z.safeParse(schema, value).error?.issues ?? [];
}

/** Without a discriminator: the variant that has most of the keys. */
function mostAlike(shapes: readonly Shape[], node: LocatedMap): Shape {
  const common = (shape: Shape) => Object.keys(shape).filter((key) => node.entries.has(key)).length;
  return [...shapes].sort((a, b) => common(b) - common(a))[0] ?? {};
}

/** Remedy for an unknown key: correct it, or move it to where it was probably meant. */
function misplaced(root: Located, path: Path, known: readonly string[], top: readonly string[]): string {
  const key = String(path.at(-1));
  const old = remedyOfOld(path);
  if (old !== undefined) return old;
  if (nearest(key, known) !== undefined) return `correct or remove it; ${suggestion(key, known)}`;
  if (path.length > 1 && top.includes(key)) return `indent it less: ${key} is a key of the file itself`;
  const [around, neighbour] = [path.slice(0, -2), path.at(-2)];
  if (path.length > 2 && nodeAt(root, path)?.kind === "map") {
    return `indent it like ${JSON.stringify(neighbour)} if it belongs to ${formatPath(around)}; otherwise remove it`;
  }
  return `correct or remove it; ${suggestion(key, known)}`;
}
