import { compareText } from "../../packages/terraform-access-review/terraform-json/order";
import type { ConfigKey, Source, Sources } from "../../stacks/shared/sources";
import { jsonIn } from "../process/json";

/** Name of the file next to a stack that says where each of its resources comes from. */
export const SOURCES_FILE = "sources.json";

/** The entry for what most resources have in common. No address has this name. */
const ALL = "*";

type Attributes = Source["attributes"];

/**
 * Sources as text: sorted, one line for each address and attribute. It has keys and no lines, because an inserted line of
 * config would move all lines below it. Attributes that every resource of config has are written once.
 */
export function sourcesText(sources: Sources): string {
  const shared = sharedBy([...sources.values()].filter(({ key }) => key.length > 0));
  const lines = [...sources].map(([address, source]) => `  ${JSON.stringify(address)}: ${entryText(source, shared)}`);
  const all = `  ${JSON.stringify(ALL)}: ${attributesText(shared, 4)}`;
  return `{\n${[all, ...lines.sort(compareText)].join(",\n")}\n}\n`;
}

/** The key of each attribute that all of these have: the most frequent one. */
function sharedBy(sources: readonly Source[]): Attributes {
  const [first] = sources;
  const names = Object.keys(first?.attributes ?? {}).filter((name) =>
    sources.every(({ attributes }) => Object.hasOwn(attributes, name)),
  );
  return Object.fromEntries(
    names.map((name) => [name, mostFrequent(sources.map(({ attributes }) => keyIn(attributes, name)))]),
  );
}

function mostFrequent(keys: readonly ConfigKey[]): ConfigKey {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(JSON.stringify(key), (counts.get(JSON.stringify(key)) ?? 0) + 1);
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || compareText(a, b));
  return JSON.parse(most?.[0] ?? "[]");
}

function keyIn(attributes: Attributes, name: string): ConfigKey {
  return attributes[name] ?? [];
}

function entryText({ key, attributes, own }: Source, all: Attributes): string {
  // Without its line, which moves with every line above it.
  if (own !== undefined) return `{ "own": ${JSON.stringify(own.slice(0, own.lastIndexOf(":")))} }`;
  const shared = key.length > 0 ? all : {};
  const other = Object.entries(attributes).filter(
    ([name, each]) => JSON.stringify(each) !== JSON.stringify(shared[name]),
  );
  const below = other.length === 0 ? "" : `, "attributes": ${attributesText(Object.fromEntries(other), 4)}`;
  return `{ "key": ${pathText(key)}${below} }`;
}

function attributesText(attributes: Attributes, indent: number): string {
  const lines = Object.entries(attributes).map(
    ([name, key]) => `${" ".repeat(indent)}${JSON.stringify(name)}: ${pathText(key)}`,
  );
  return lines.length === 0 ? "{}" : `{\n${lines.sort(compareText).join(",\n")}\n${" ".repeat(indent - 2)}}`;
}

function pathText(key: ConfigKey): string {
  return `[${key.map((step) => JSON.stringify(step)).join(", ")}]`;
}

/**
 * The sources that a file states. Empty if there is no file, or if it has another form: then a review names no line.
 */
export function sourcesInText(text: string | undefined): Sources {
  const entries = Object.entries(fields(jsonIn(text)) ?? {});
  const shared = attributesIn(entries.find(([address]) => address === ALL)?.[1]);
  return new Map(
    entries.flatMap(([address, entry]): readonly (readonly [string, Source])[] => {
      const { key, attributes, own } = fields(entry) ?? {};
      if (address === ALL) return [];
      if (typeof own === "string") return [[address, { key: [], attributes: {}, own }]];
      if (!isKey(key)) return [];
      return [[address, { key, attributes: { ...(key.length > 0 && shared), ...attributesIn(attributes) } }]];
    }),
  );
}

function attributesIn(value: unknown): Attributes {
  return Object.fromEntries(
    Object.entries(fields(value) ?? {}).flatMap(([name, key]) => (isKey(key) ? [[name, key]] : [])),
  );
}

function fields(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function isKey(value: unknown): value is ConfigKey {
  return Array.isArray(value) && value.every((step) => typeof step === "string" || typeof step === "number");
}
