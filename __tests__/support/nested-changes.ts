import type { StateResource } from "../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";

/** One change at one place within a value. */
export interface NestedChange {
  /** Keys from the attribute to the place, without indices and quoted keys: `template.containers.image`. */
  readonly path: string;
  readonly kind: "changed" | "added" | "removed";
  /** The whole value with the change. */
  readonly value: unknown;
}

/**
 * Yields each change at any depth of a declared attribute: each string, number and boolean in each block, list, map and
 * JSON document, and one item more and one less in each list and map.
 *
 * @param value as a state has it: a block is a list of one
 * @param like as the configuration declares it
 */
export function nestedChanges(value: unknown, like: unknown, path: string): readonly NestedChange[] {
  if (isNothing(value) || isNothing(like)) return [];
  const document = documentOf(value);
  if (document !== undefined) {
    const inner = nestedChanges(document, document, path);
    return inner.map((each) => ({ ...each, value: JSON.stringify(each.value) }));
  }
  if (Array.isArray(value)) return listChanges(value, like, path);
  if (isFields(value)) return [...fieldChanges(value, merged(like), path), ...keyChanges(value, path)];
  return [{ path, kind: "changed", value: otherThan(value) }];
}

function listChanges(list: readonly unknown[], like: unknown, path: string): readonly NestedChange[] {
  const itemLike = isFields(list[0]) ? merged(like) : like;
  const changed = list.flatMap((item, index) =>
    changesOf(item, isFields(item) ? itemLike : [like].flat()[0], path).map((each) => ({
      ...each,
      value: list.with(index, each.value),
    })),
  );
  const removed = list.map((_, index): NestedChange => ({ path, kind: "removed", value: list.toSpliced(index, 1) }));
  const [more] = list.slice(0, 1).flatMap((item) => changesOf(item, isFields(item) ? itemLike : item, path));
  const added: NestedChange[] = more === undefined ? [] : [{ path, kind: "added", value: [...list, more.value] }];
  return [...changed, ...removed, ...added];
}

function fieldChanges(fields: Attributes, like: Attributes, path: string): readonly NestedChange[] {
  return Object.keys(like).flatMap((key) => {
    const inner = nestedChanges(fields[key], like[key], /^[\w-]+$/.test(key) ? `${path}.${key}` : path);
    return inner.map((each) => ({ ...each, value: { ...fields, [key]: each.value } }));
  });
}

/** Changes of a list item: with fields it is a block, not a map. */
function changesOf(item: unknown, like: unknown, path: string): readonly NestedChange[] {
  return isFields(item) ? fieldChanges(item, merged(like), path) : nestedChanges(item, like, path);
}

function keyChanges(map: Attributes, path: string): readonly NestedChange[] {
  const removed = Object.keys(map).map((key): NestedChange => {
    const { [key]: _, ...value } = map;
    return { path, kind: "removed", value };
  });
  // A new key gets a value of the type that the others have, so an empty map gets none.
  const added = Object.values(map)
    .slice(0, 1)
    .map((value): NestedChange => {
      return { path, kind: "added", value: { ...map, OTHER: value } };
    });
  return [...removed, ...added];
}

/** Every field that a block or one of its repetitions declares. */
function merged(like: unknown): Attributes {
  return Object.assign({}, ...[like].flat().filter(isFields));
}

function documentOf(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Another value of the same type. */
export function otherThan(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return `${value}-other`;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function isFields(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Yields each change within a declared object, except attributes in `ignore_changes`. */
export function changesWithin({ values }: StateResource, body: Attributes): readonly ObjectChange[] {
  const { ignore_changes = [] } = (body.lifecycle ?? {}) as { readonly ignore_changes?: readonly string[] };
  const ignored = ignore_changes.map(plain);
  return Object.keys(body)
    .flatMap((attribute) =>
      nestedChanges(values?.[attribute], body[attribute], attribute).map((change) => ({ attribute, ...change })),
    )
    .filter(({ path }) => !ignored.some((each) => path === each || path.startsWith(`${each}.`)));
}

export interface ObjectChange extends NestedChange {
  readonly attribute: string;
}

/** Whether one of the reported paths is this place, a part of it, or the list or block that contains it. */
export function isNamed(path: string, reported: readonly string[]): boolean {
  return reported.map(plain).some((each) => `${each}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${each}.`));
}

function plain(path: string): string {
  return path.replace(/\[[^\]]*\]/g, "");
}
