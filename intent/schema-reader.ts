import * as z from "zod";
import type { Path } from "./located";
import { nearest } from "./nearest";
import { isRecord, own } from "./plain-map";
import { alikeIn, branchOf, discriminatorOf, misspeltIn } from "./schema-branches";

type Issue = z.core.$ZodIssue;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Walks down a schema along a value that failed it, as far as the faults. Zod alone stops at some: it looks into no entry
 * with a bad name, into no item of a list that is too long, and into no union whose branch it cannot tell.
 */
export class SchemaReader {
  readonly issues: Issue[] = [];
  private readonly unread = new Set<string>();
  /** The maps with unknown keys of which nobody can tell what they are meant for. */
  private readonly odd = new Set<string>();
  /** By the path of a map, whether an entry that is missed there may be one whose name is none. */
  private readonly misnamed = new Map<string, (entry: string) => boolean>();

  isUnread(path: Path): boolean {
    return [undefined, ...path].some((_, length) => {
      const next = path[length];
      const isMeant = next !== undefined && this.misnamed.get(keyOf(path.slice(0, length)))?.(String(next));
      return isMeant || this.unread.has(keyOf(path.slice(0, length)));
    });
  }

  isOdd(map: Path): boolean {
    return this.odd.has(keyOf(map));
  }

  read(schema: z.core.$ZodType, value: unknown, path: Path): unknown {
    const result = z.safeParse(schema, value);
    if (result.success) return result.data;
    const { issues } = result.error;
    const before = this.issues.length;
    const parts = this.descend(schema, value, path, issues);
    // A fault of the whole, whose parts are sound.
    return this.issues.length > before ? parts : this.fail(issues, path);
  }

  private descend(schema: z.core.$ZodType, value: unknown, path: Path, issues: readonly Issue[]): unknown {
    if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
      return this.read(schema.def.innerType, value, path);
    }
    if (schema instanceof z.ZodArray && Array.isArray(value)) return this.items(schema, value, path);
    if (schema instanceof z.ZodUnion) return this.branch(schema, value, path, issues);
    if (schema instanceof z.ZodObject && isRecord(value)) return this.fields(schema.shape, value, path, issues);
    if (schema instanceof z.ZodRecord && isRecord(value)) return this.entries(schema, value, path, issues);
    return this.fail(issues, path);
  }

  /** A misspelt key is what is wrong: what it was probably meant for is neither missing nor at its default. */
  private fields(shape: z.core.$ZodShape, value: Fields, path: Path, issues: readonly Issue[]): Fields {
    const unknown = issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? [issue] : [],
    );
    this.report(unknown, path);
    const meant = unknown.flatMap(({ keys }) => keys).map((key) => nearest(key, Object.keys(shape)));
    if (meant.includes(undefined)) this.odd.add(keyOf(path));
    const missed = Object.keys(shape).filter((key) => meant.includes(key) && !Object.hasOwn(value, key));
    for (const key of missed) this.unread.add(keyOf([...path, key]));
    const read = Object.entries(shape).filter(([key]) => !missed.includes(key));
    return Object.fromEntries(read.map(([key, schema]) => [key, this.read(schema, own(value, key), [...path, key])]));
  }

  private entries(schema: z.ZodRecord, value: Fields, path: Path, issues: readonly Issue[]): Fields {
    const misnamed = issues.filter((issue) => issue.code === "invalid_key" && issue.path.length === 1);
    this.report(misnamed, path);
    const names = misnamed.map((issue) => String(issue.path[0]));
    const isMeant = (entry: string) =>
      !Object.hasOwn(value, entry) && names.some((name) => nearest(name, [entry]) !== undefined);
    if (names.length > 0) this.misnamed.set(keyOf(path), isMeant);
    const parts = Object.entries(value).map(([key, entry]) => [
      key,
      this.read(schema.def.valueType, entry, [...path, key]),
    ]);
    return Object.fromEntries(parts);
  }

  private items(schema: z.ZodArray, value: readonly unknown[], path: Path): readonly unknown[] | undefined {
    // What is wrong with the list as such, whatever its items are.
    const asList = schema.clone({ ...schema.def, element: z.unknown() }).safeParse(value);
    if (!asList.success) this.report(asList.error.issues, path);
    if (value.length > 0) return value.map((item, index) => this.read(schema.def.element, item, [...path, index]));
    this.unread.add(keyOf(path));
    return undefined;
  }

  private branch(union: z.ZodUnion, value: unknown, path: Path, issues: readonly Issue[]): unknown {
    const misspelt = misspeltIn(union, value);
    const branch = misspelt === undefined ? branchOf(union, value) : undefined;
    if (branch !== undefined) return this.read(branch, value, path);
    const discriminator = discriminatorOf(union);
    if (discriminator === undefined || !isRecord(value)) return this.fail(issues, path);
    this.report(misspelt === undefined ? issues : [unknownKey(misspelt.key, misspelt.known)], path);
    this.unread.add(keyOf([...path, discriminator]));
    const alike = Object.entries(alikeIn(union));
    return Object.fromEntries(alike.map(([key, schema]) => [key, this.read(schema, own(value, key), [...path, key])]));
  }

  private fail(issues: readonly Issue[], path: Path): undefined {
    this.report(issues, path);
    this.unread.add(keyOf(path));
  }

  private report(issues: readonly Issue[], parent: Path): void {
    this.issues.push(...issues.map((issue) => ({ ...issue, path: [...parent, ...issue.path] })));
  }
}

/** As an object's schema says it (see `keys` in schema/fields.ts). */
function unknownKey(key: string, known: readonly string[]): Issue {
  return { code: "unrecognized_keys", keys: [key], path: [], message: known.join(",") };
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String));
}
