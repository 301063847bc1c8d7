import type { core, ZodType } from "zod";
import type { Path } from "./located";
import { SchemaReader } from "./schema-reader";

/** A value as far as it is valid: what failed the schema is undefined, in a list at its index. */
export type Sound<T> = T extends readonly (infer Item)[]
  ? readonly (Sound<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Sound<T[Key]> }
    : T;

/** What a schema makes of a value, each part by itself, so that one bad part hides nothing of another. */
export interface Reading<T> {
  readonly value: Sound<T> | undefined;
  /** The same where nothing is wrong. */
  readonly whole?: T;
  /** Everything that is wrong. */
  readonly issues: readonly core.$ZodIssue[];
  /** Whether something stands at a path, or is meant for it, that could not be read. */
  readonly isUnread: (path: Path) => boolean;
  /** Whether the map at a path has an unknown key of which nobody can tell what it is meant for. */
  readonly isOdd: (path: Path) => boolean;
}

/** Reads field by field, entry by entry, item by item; of a union the branch that its discriminator chooses. */
export function readParts<T>(schema: ZodType<T>, value: unknown): Reading<T> {
  // Nearly every config is sound, and then once is enough.
  const result = schema.safeParse(value);
  if (result.success) {
    return {
      value: result.data as Sound<T>,
      whole: result.data,
      issues: [],
      isUnread: () => false,
      isOdd: () => false,
    };
  }
  const reader = new SchemaReader();
  const parts = reader.read(schema, value, []) as Sound<T> | undefined;
  return {
    value: parts,
    issues: reader.issues,
    isUnread: (path) => reader.isUnread(path),
    isOdd: (path) => reader.isOdd(path),
  };
}

/** The valid items of a list, each with its index. */
export function soundItems<T>(list: readonly (T | undefined)[] = []): [index: number, item: T][] {
  return list.flatMap((item, index): [number, T][] => (item === undefined ? [] : [[index, item]]));
}

/** The valid entries of a map. */
export function soundEntries<T>(map: Readonly<Record<string, T | undefined>> = {}): [key: string, entry: T][] {
  return Object.entries(map).flatMap(([key, entry]): [string, T][] => (entry === undefined ? [] : [[key, entry]]));
}
