import { diffArrays } from "diff";
import type { AttributeChange, Json } from "../model/attribute-change";
import { jsonIn } from "../terraform-json/json-text";
import { canonical, compareText, sortedBy } from "../terraform-json/order";
import { type Holder, isSecret } from "../terraform-json/secrets";
import { isFields } from "../terraform-json/stack-json";

type Items = readonly unknown[];
type Fields = Readonly<Record<string, unknown>>;

/**
 * Every difference between two values of one resource, at the deepest place where they differ.
 *
 * @param sets paths of lists without order, by the provider's schema: `cors_configuration.allow_origins`
 */
export function diffAttributes(
  before: Fields,
  after: Fields,
  sets: readonly string[] = [],
): readonly AttributeChange[] {
  return new ValueDiff(sets).fields(before, after, { path: "", schema: "" });
}

/**
 * `path` is for people; `schema` is the same without indices, because a set is a set in each item of a list. JSON in a
 * string is compared as JSON. There, a list of texts is a set, as in IAM and other policies.
 */
class ValueDiff {
  constructor(private readonly sets: readonly string[]) {}

  /** @param named the name of these fields: in `{ name: "DB_PASSWORD", value: "…" }`, the name describes the value */
  fields(
    before: Fields,
    after: Fields,
    { path, schema, inJson }: Pick<Place, "path" | "schema" | "inJson">,
    named?: string,
  ): AttributeChange[] {
    return changedKeys(before, after).flatMap((key) =>
      this.value(before[key], after[key], {
        path: join(path, key),
        schema: joinPlain(schema, key),
        name: key === "value" && named !== undefined ? named : key,
        within: schema,
        inJson,
      }),
    );
  }

  private value(before: unknown, after: unknown, at: Place): AttributeChange[] {
    // An unset side does not hide the other side.
    if ([before, after].some((each) => each !== undefined && each !== null && isSecret(at.name, each, at))) {
      return canonical(before) === canonical(after) ? [] : [{ path: at.path, kind: "hidden" }];
    }
    const [former, latest] = [parsed(before), parsed(after)];
    if (former.json && latest.json) return this.structures(former.value, latest.value, { ...at, inJson: true });
    return this.structures(before, after, at);
  }

  private structures(before: unknown, after: unknown, at: Place): AttributeChange[] {
    if (Array.isArray(before) && Array.isArray(after)) {
      const isSet = this.sets.includes(at.schema) || (at.inJson && [...before, ...after].every(isText));
      return isSet ? this.set(before, after, at) : this.list(before, after, at);
    }
    if (isFields(before) && isFields(after)) return this.fields(before, after, at, nameOf(before) ?? nameOf(after));
    return this.leaf(before, after, at);
  }

  private set(before: Items, after: Items, at: Place): AttributeChange[] {
    const [former, latest] = [keyed(before), keyed(after)];
    const removed = [...former].filter(([key]) => !latest.has(key)).map(([, item]) => item);
    const added = [...latest].filter(([key]) => !former.has(key)).map(([, item]) => item);
    // One changed item is easier to read than one removed and one added item.
    const [gone, come] = [removed[0], added[0]];
    if (removed.length === 1 && added.length === 1 && isFields(gone) && isFields(come)) {
      const path = `${at.path}[${label(gone) ?? ""}]`;
      return this.fields(gone, come, { ...at, path }, nameOf(gone) ?? nameOf(come));
    }
    const leaves = [
      ...removed.flatMap((item) => this.leaf(item, undefined, at)),
      ...added.flatMap((item) => this.leaf(undefined, item, at)),
    ];
    return [...sortedBy(leaves, canonical)];
  }

  private list(before: Items, after: Items, at: Place): AttributeChange[] {
    if (before.length === after.length && before.every((item, index) => alike(item, after[index]))) {
      return before.flatMap((item, index) =>
        isEqual(item, after[index])
          ? []
          : this.value(item, after[index], { ...at, path: `${at.path}[${label(item) ?? index}]` }),
      );
    }
    const parts = diffArrays([...before], [...after], { comparator: (a, b) => canonical(a) === canonical(b) });
    return parts.flatMap(({ added, removed, value }) => {
      if (added) return value.flatMap((item) => this.leaf(undefined, item, at));
      return removed ? value.flatMap((item) => this.leaf(item, undefined, at)) : [];
    });
  }

  private leaf(before: unknown, after: unknown, { path, name, within, inJson }: Place): AttributeChange[] {
    const [was, is] = [before, after].map((each) => each !== undefined && each !== null);
    const secrets: unknown[] = [];
    const shown = (value: unknown) => masked(value, name, { within, inJson }, (secret) => secrets.push(secret));
    const values = { ...(was && { before: shown(before) }), ...(is && { after: shown(after) }) };
    const kind = was ? (is ? "changed" : "removed") : "added";
    return [{ path, kind, ...values, ...(secrets.length > 0 && { hides: true }) }];
  }
}

interface Place extends Holder {
  readonly path: string;
  readonly schema: string;
  readonly name: string;
}

/**
 * A whole value with every secret in it replaced.
 *
 * @param onSecret is called for each
 */
export function masked(
  value: unknown,
  name = "",
  holder: Holder = { within: "" },
  onSecret: (secret: unknown) => void = () => {},
): Json {
  // In an ambiguous text, a secret may be the value of either key.
  if (isSecret(name, value, holder) || jsonIn(value)?.isAmbiguous) {
    onSecret(value);
    return "(hidden)";
  }
  const { json, value: inner } = parsed(value);
  if (json) return JSON.stringify(masked(inner, name, { ...holder, inJson: true }, onSecret));
  if (Array.isArray(value)) return value.map((item) => masked(item, name, holder, onSecret));
  if (!isFields(value)) return (value ?? null) as Json;
  const named = nameOf(value);
  const below = { ...holder, within: joinPlain(holder.within, name) };
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      masked(item, key === "value" && named ? named : key, below, onSecret),
    ]),
  );
}

/** An access log's format is JSON, except for the variables that it writes as numbers. */
const BARE_VARIABLE = /:(\$context\.[\w.]+)(?=[,}])/g;

function parsed(value: unknown): { readonly json: boolean; readonly value?: unknown } {
  if (typeof value !== "string") return { json: false };
  const json = jsonIn(value) ?? jsonIn(value.replace(BARE_VARIABLE, ':"$1 (a number)"'));
  return json === undefined || json.isAmbiguous ? { json: false } : { json: true, value: json.value };
}

function keyed(items: Items): ReadonlyMap<string, unknown> {
  return new Map(items.map((item) => [canonical(item), item]));
}

/** Two list items are one changed item if they have the same name; without names, if both are structures. */
function alike(a: unknown, b: unknown): boolean {
  // Both are a program's configuration in one of its arguments.
  if (parsed(a).json && parsed(b).json) return true;
  if (!isFields(a) || !isFields(b)) return canonical(a) === canonical(b);
  return label(a) === label(b);
}

/** The name of a list item, for people. */
function label(item: unknown): string | undefined {
  if (!isFields(item)) return undefined;
  return [item.Sid, item.name, item.route_key, item.id].find(isText);
}

function nameOf({ name }: Fields): string | undefined {
  return isText(name) ? name : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** The keys under which two structures differ, in order: most of a changed resource is equal. */
function changedKeys(before: Fields, after: Fields): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isEqual(before[key] ?? null, after[key] ?? null)).sort(compareText);
}

/** Whether two values are equal, without a copy of either. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  }
  if (!isFields(one) || !isFields(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key], other[key]))
  );
}

function join(path: string, key: string): string {
  const step = /^[\w-]+$/.test(key) ? key : `[${JSON.stringify(key)}]`;
  return path === "" || step.startsWith("[") ? `${path}${step}` : `${path}.${step}`;
}

function joinPlain(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
