import type { SchemaBlock } from "../../cli/generate/schemas";

export interface SchemaMutation {
  /** Without indices: `cors_configuration.allow_origins`. */
  readonly path: string;
  /** Its new value, or the direction of the change: `added`, `removed`, `true`, `lower`, `longer`. */
  readonly kind: string;
  /** A copy of a resource's body with this one change. */
  readonly mutated: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Depth to which absent blocks are entered, because schemas of firewalls have a hundred levels. */
const DEPTH = 2;

/** Arguments of every resource, which each type's cases would repeat. */
const EVERYWHERE = /^(id|region|project|tags|tags_all|timeouts|description|display_name|labels)$/;

/** Yields for each argument in a schema: added if it is not set, otherwise changed and removed. */
export function schemaMutations(
  block: SchemaBlock,
  body: Fields,
  isOuter = true,
  depth = 0,
): readonly SchemaMutation[] {
  const attributes = Object.entries(block.attributes ?? {}).flatMap(([name, attribute]) => {
    const isComputed = attribute.computed === true && attribute.optional !== true && attribute.required !== true;
    if (isComputed || (isOuter && EVERYWHERE.test(name))) return [];
    return ofValues(body, name, samplesOf(attribute.type), attribute.required !== true);
  });
  const blocks = Object.entries(block.block_types ?? {}).flatMap(([name, { block: inner }]) => {
    if (isOuter && EVERYWHERE.test(name)) return [];
    const present = body[name] !== undefined;
    if (!present && depth >= DEPTH) return [];
    const [first = {}, ...others] = [body[name] ?? []].flat() as unknown as readonly Fields[];
    const within = schemaMutations(inner, first, false, present ? depth : depth + 1).map(({ path, kind, mutated }) => ({
      path: `${name}.${path}`,
      kind,
      mutated: { ...body, [name]: Array.isArray(body[name]) ? [mutated, ...others] : mutated },
    }));
    if (!present) return within;
    const { [name]: _, ...without } = body;
    return [
      ...within,
      { path: name, kind: "removed", mutated: without },
      { path: name, kind: "doubled", mutated: { ...body, [name]: [first, first, ...others] } },
    ];
  });
  return [...attributes, ...blocks];
}

function ofValues(
  body: Fields,
  name: string,
  samples: readonly unknown[],
  isOptional: boolean,
): readonly SchemaMutation[] {
  const value = body[name];
  const { [name]: _, ...without } = body;
  const set = (kind: string, other: unknown) => ({ path: name, kind, mutated: { ...body, [name]: other } });
  if (value === undefined) {
    return samples.map((sample) => set(typeof sample === "boolean" ? `added ${sample}` : "added", sample));
  }
  return [
    ...othersOf(value, samples).map(([kind, other]) => set(kind, other)),
    ...(isOptional ? [{ path: name, kind: "removed", mutated: without }] : []),
  ];
}

/**
 * Returns values that differ from a value in each possible direction. JSON stays JSON.
 *
 * @param samples values of its type, for a list without items
 */
function othersOf(value: unknown, [sample]: readonly unknown[]): readonly (readonly [kind: string, value: unknown])[] {
  if (typeof value === "boolean") return [[`${!value}`, !value]];
  if (typeof value === "number")
    return [
      ["higher", value + 1],
      ["lower", value - 1],
    ];
  if (typeof value === "string") {
    if (/^\s*[[{]/.test(value)) return [["replaced", value === "{}" ? `{"x":1}` : "{}"]];
    return [["changed", `${value}x`], ...(value.includes("${") ? [["literal", "x"] as const] : [])];
  }
  if (Array.isArray(value)) {
    const more = typeof value[0] === "string" ? ["x"] : value.length === 0 && Array.isArray(sample) ? sample : [];
    const longer = more.length > 0 ? [["longer", [...value, ...more]] as const] : [];
    return [...longer, ...(value.length > 0 ? [["shorter", value.slice(1)] as const] : [])];
  }
  const [[name, first] = ["", undefined], ...others] = Object.entries(value as Fields);
  return [
    ["longer", { ...(value as Fields), x: "y" }],
    ["shorter", Object.fromEntries(others)],
    ["changed", { ...(value as Fields), [name]: `${first}x` }],
  ];
}

/** For a schema's type: `"string"`, `["set", "string"]`, `["object", { … }]`. */
function samplesOf(type: unknown): readonly unknown[] {
  if (type === "bool") return [true, false];
  if (type === "number") return [7];
  if (!Array.isArray(type)) return ["{}"];
  const [kind, inner] = type as [string, unknown];
  if (kind === "map") return [{ x: samplesOf(inner)[0] }];
  if (kind !== "object") return [[samplesOf(inner)[0]]];
  return [Object.fromEntries(Object.entries(inner as Fields).map(([name, each]) => [name, samplesOf(each)[0]]))];
}
