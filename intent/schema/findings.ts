import * as z from "zod";
import { nearest, suggestion } from "../model/nearest";
import { SHOWN } from "../model/problem";
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
import { newNameOf } from "./renamed";
import { discriminatorsOf, fitting, keysOf, type Shape, shapesOf, unwrapped, wordsAt } from "./variants";
import { badName, entriesInARow, foreignMap, missingKey, unknownKey, wrongValue, wrongWord } from "./verdicts";

type Schema = z.core.$ZodType;

/** What a schema makes of a file, or of the merge of two. */
export interface Reading<T> {
  readonly findings: readonly Finding[];
  /** Undefined where anything is wrong. */
  readonly value?: T;
}

/** Reads a value that nothing completes. */
export function readWhole<T>(root: Located, schema: z.ZodType<T>, where = "here"): Reading<T> {
  const result = schema.safeParse(plain(root));
  if (result.success) return { findings: [], value: result.data };
  const findings = new SchemaCheck(root, schema, { isPart: false, where }).run();
  if (findings.length > 0) return { findings };
  throw new Error(`the schema refuses what its check lets through: ${result.error.message}`);
}

/** What is wrong with a file that another one completes: no key is missing in it, and a null is the merge's. */
export function partFindings(root: Located, schema: z.ZodType): readonly Finding[] {
  return new SchemaCheck(root, schema, { isPart: true, where: "" }).run();
}

interface Extent {
  readonly isPart: boolean;
  /** Where a missing key is to be added. */
  readonly where: string;
}

/**
 * Walks down a schema along a value. Zod alone stops at some faults: it looks into no entry with a bad name, into no item
 * of a list that is too long, and into no union whose branch it cannot tell; and it knows no part of a config.
 */
class SchemaCheck {
  private readonly findings: Finding[] = [];
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

  /** Whether a value is a map where its schema takes nothing else. */
  private isOfKind(schema: Schema, node: Located): boolean {
    const inner = unwrapped(schema);
    const isMap = inner instanceof z.ZodObject || inner instanceof z.ZodDiscriminatedUnion;
    return node.kind === "map" || !isMap;
  }

  private entries(schema: z.ZodRecord, node: LocatedMap, path: Path): void {
    for (const [name, entry] of node.entries) {
      const here = [...path, name];
      const [issue] = issuesOf(schema.keyType, name);
      if (issue) this.report(here, badName(name, issue), { unknown: name });
      if (this.isDeletion(entry)) continue;
      // An entry that is of another kind than its like may be a key of one of them.
      if (!this.isOfKind(schema.valueType, entry)) {
        if (!issue) this.leaf(schema.valueType, entry, here, { unknown: name });
      } else this.value(schema.valueType, entry, here);
    }
  }

  private items(schema: z.ZodArray, node: LocatedList, path: Path): void {
    if (issuesOf(schema, plain(node)).length === 0) return;
    // What is wrong with the list as such, whatever its items are.
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
    if (node.kind === "list" && list) this.items(list, node, path);
    else if (node.kind !== "map" || shapes.length === 0) this.leaf(schema, node, path);
    else if (schema instanceof z.ZodDiscriminatedUnion) this.variants(discriminatorsOf(schema), shapes, node, path);
    else this.fields([mostAlike(shapes, node)], node, path);
  }

  /** A map of several kinds. While nothing tells which one is meant, the keys of all of them count. */
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

  /** @param judged keys whose fault is reported already */
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
      // The value is not checked where several kinds remain, each with another schema for this key.
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
    if (isForeign && unknown.slice(0, SHOWN).every((key) => nearest(key, known) === undefined)) {
      const remedy = misplaced(this.root, path, known, this.top);
      this.report(path, foreignMap(unknown, known, remedy), { unknown: String(path.at(-1)), isMissing: true });
      return unknown;
    }
    for (const [index, key] of unknown.entries()) {
      const here = [...path, key];
      const remedy = index < SHOWN ? misplaced(this.root, here, known, this.top) : "remove it";
      this.report(here, unknownKey(path, key, remedy), { unknown: key });
    }
    return unknown.slice(0, SHOWN);
  }

  /** Whether it is the merge that this null speaks to. */
  private isDeletion(node: Located): boolean {
    return this.extent.isPart && isNull(node);
  }

  private report(path: Path, verdict: Verdict, about: Pick<Finding, "unknown" | "isMissing"> = {}): void {
    this.findings.push({ ...findingAt(this.root, path, verdict), ...about });
  }
}

function issuesOf(schema: Schema, value: unknown): readonly z.core.$ZodIssue[] {
  return z.safeParse(schema, value).error?.issues ?? [];
}

/** Where no key tells them apart: the one that has most of the keys. */
function mostAlike(shapes: readonly Shape[], node: LocatedMap): Shape {
  const common = (shape: Shape) => Object.keys(shape).filter((key) => node.entries.has(key)).length;
  return [...shapes].sort((a, b) => common(b) - common(a))[0] ?? {};
}

/** What to do about a key that is unknown where it stands: correct it, or move it to where it was probably meant. */
function misplaced(root: Located, path: Path, known: readonly string[], top: readonly string[]): string {
  const key = String(path.at(-1));
  const renamed = newNameOf(path);
  if (renamed !== undefined) return `rename it: its name is ${renamed} now`;
  if (nearest(key, known) !== undefined) return `correct or remove it; ${suggestion(key, known)}`;
  if (path.length > 1 && top.includes(key)) return `indent it less: ${key} is a key of the file itself`;
  const [around, neighbour] = [path.slice(0, -2), path.at(-2)];
  if (path.length > 2 && nodeAt(root, path)?.kind === "map") {
    return `indent it as ${JSON.stringify(neighbour)} is if it belongs to ${formatPath(around)}; else remove it`;
  }
  return `correct or remove it; ${suggestion(key, known)}`;
}
