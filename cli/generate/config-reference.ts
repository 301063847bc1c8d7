import { posix } from "node:path";
import { stringify } from "yaml";
import * as z from "zod";
import { configSchema } from "../../intent/schema/config";
import { type Json, variantsOf } from "../../intent/schema/json-schema";
import { OPTIONAL_FILES } from "../../intent/schema/optional-files";
import { ADVANCED_PAGE, CONFIG_PAGE, configPageOf, FIRST_KEYS } from "../../intent/schema/reference";

/**
 * The keys of one group of the first page of config. Each is a heading with the anchor that errors print (`referenceOf`),
 * with its description, type, limit and default from the schema. The page itself has an example of the group.
 */
export function firstKeys(group: keyof typeof FIRST_KEYS): string {
  const keys = keysBelow(ROOT, schemaOf(configSchema)).flatMap(withKeysBelow);
  const anchors = FIRST_KEYS[group].split(" ");
  const own = anchors.flatMap((anchor) => keys.filter((key) => key.anchor === anchor));
  return own.flatMap((key) => [...keyText(key, 3), ...advancedBelow(key)]).join("\n\n");
}

/** The keys that the first page leaves out, by top-level key, with an example if the type does not make it obvious. */
export function advancedKeys(): string {
  const sections = keysBelow(ROOT, schemaOf(configSchema)).flatMap((top) => {
    const own = keySections(top, 3);
    return isFirst(top) && own.length > 0 ? [`### Further keys of \`${top.path}\``, ...own] : own;
  });
  return sections.join("\n\n");
}

/** The same for an optional file of `config/`, whose heading stands on the page. Anchors begin with the file's name. */
export function optionalFileReference(file: string): string {
  const schema = schemaOf(OPTIONAL_FILES[file] as z.ZodType);
  const root = { ...ROOT, anchor: file, schema, schemas: [schema], isRequired: false, condition: "", context: {} };
  return keySections(root, 2).slice(1).join("\n\n");
}

function isFirst({ anchor }: At): boolean {
  return configPageOf(anchor) === CONFIG_PAGE;
}

function withKeysBelow(key: Key): readonly Key[] {
  return [key, ...keysBelow(key, key.schema).flatMap(withKeysBelow)];
}

function advancedBelow(key: Key): readonly string[] {
  const page = posix.basename(ADVANCED_PAGE);
  const below = keysBelow(key, key.schema).filter((each) => !isFirst(each));
  const links = below.map(({ anchor }) => `[\`${anchor.split(".").at(-1)}\`](${page}#${anchor})`);
  return links.length === 0 ? [] : [`Advanced: ${links.join(", ")}.`];
}

function schemaOf(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: "input" }) as Json;
}

/** A place in a file, as headings, anchors and examples name it. */
interface At {
  /** `services.<id>.scaling.max` */
  readonly path: string;
  /** Without what people name: `services.scaling.max`. */
  readonly anchor: string;
  /** Keys, sample ids and list items that lead to it in an example. */
  readonly sample: readonly (string | typeof ITEM)[];
}

/** A key in every variant of its map that has it. */
interface Key extends At {
  /** The first variant's. */
  readonly schema: Json;
  readonly schemas: readonly Json[];
  readonly isRequired: boolean;
  /** Which variants have it, if not all do: ` with `kind: oidc``. */
  readonly condition: string;
  /** Keys next to it in an example: the discriminators that all these variants share. */
  readonly context: Marks;
}

/** Discriminators and their words: `kind: oidc`. */
type Marks = Readonly<Record<string, unknown>>;

const ROOT: At = { path: "", anchor: "", sample: [] };
const ITEM = 0;

/** Keys of the maps that a value may be or hold: directly, as entries, or as items of a list. */
function keysBelow(at: At, schema: Json): readonly Key[] {
  const options = variantsOf(schema) ?? [schema];
  const maps = options.filter((option) => isJson(option.properties));
  if (maps.length > 0) return keysOfMaps(at, maps);
  const sampleId = Object.keys(examplesOf(schema)[0] ?? {})[0] ?? "";
  for (const { additionalProperties, items } of options) {
    if (isJson(additionalProperties)) {
      const path = joined(at.path, `<${placeholderIn(at)}>`);
      return keysBelow({ ...at, path, sample: [...at.sample, sampleId] }, additionalProperties);
    }
    if (isJson(items)) return keysBelow({ ...at, path: `${at.path}[]`, sample: [...at.sample, ITEM] }, items);
  }
  return [];
}

function keysOfMaps(at: At, variants: readonly Json[]): readonly Key[] {
  const names = [...new Set(variants.flatMap((variant) => Object.keys(propertiesOf(variant))))];
  return names.flatMap((name) => {
    const having = variants.filter((variant) => name in propertiesOf(variant));
    const schemas = having.map((variant) => propertiesOf(variant)[name] as Json);
    const [schema] = schemas;
    if (schema === undefined) return [];
    const isRequired =
      schemas.every(({ default: preset }) => preset === undefined) &&
      having.every(({ required }) => Array.isArray(required) && required.includes(name));
    const [path, anchor] = [joined(at.path, name), joined(at.anchor, name)];
    const condition = conditionOf(having, variants);
    const context = condition === "" ? {} : sharedMarks(having);
    return [{ path, anchor, sample: [...at.sample, name], schema, schemas, isRequired, condition, context }];
  });
}

/** @param shown examples above, as JSON: a key in one of them needs none of its own */
function keySections(key: Key, level: number, shown = ""): readonly string[] {
  const isShown = shown.includes(`"${key.anchor.split(".").at(-1)}":`);
  const examples = isFirst(key) || isShown ? [] : examplesShown(key.schema);
  const own = isFirst(key) ? [] : [...keyText(key, level), ...examples.map((example) => exampleText(key, example))];
  const below = examples.length > 0 ? JSON.stringify(examples) : shown;
  return [...own, ...keysBelow(key, key.schema).flatMap((each) => keySections(each, Math.min(level + 1, 4), below))];
}

function keyText(key: Key, level: number): readonly string[] {
  const heading = `<a id="${key.anchor}"></a>\n${"#".repeat(level)} \`${key.path}\``;
  return [heading, descriptionOf(key.schema), `${factsOf(key).join("; ")}.`];
}

function exampleText(key: Key, example: unknown): string {
  const [name, ...around] = key.sample.toReversed();
  const own = name === undefined ? example : { ...key.context, [name]: example };
  const whole = around.reduce<unknown>((inner, step) => (step === ITEM ? [inner] : { [step]: inner }), own);
  return ["```yaml", ...blockLines(whole, Math.max(key.sample.length, 2)), "```"].join("\n");
}

function factsOf({ schema, schemas, condition, isRequired }: Key): readonly string[] {
  const preset = schemas.map((each) => each.default).find((value) => value !== undefined);
  const items = isJson(schema.items) && schema.items.limit;
  const limit = schema.limit === undefined ? [] : [escapeHtml(String(schema.limit))];
  const type = eachOnce(schemas.map(typeOf));
  // Most limits name the type: `a list of 1-50 scopes`. Without one, a text is what its limit says.
  const isNamed = limit.length > 0 && (type === "text" || /^a (map|list) /.test(limit[0] ?? ""));
  const [first = "", ...others] = [...(isNamed ? [] : [items ? "list" : type]), ...limit];
  return [
    `${first.charAt(0).toUpperCase()}${first.slice(1)}`,
    ...others,
    ...(items ? [`each entry: ${escapeHtml(String(items))}`] : []),
    // The default of a map of keys is those of its keys.
    ...(preset === undefined || isEmpty(preset) ? [] : [`default: \`${flow(preset)}\``]),
    ...(isRequired ? [`required${condition}`] : condition === "" ? [] : [`only${condition}`]),
  ];
}

/** What people name in a map. */
function placeholderIn({ path }: At): string {
  if (path === "") return "environment";
  if (path.endsWith(".routes")) return "METHOD /path";
  return path.startsWith("services.") ? "VARIABLE" : "id";
}

/** Names what the variants that have a key share, or else each of them; empty if all have it. */
function conditionOf(having: readonly Json[], variants: readonly Json[]): string {
  if (having.length === variants.length) return "";
  const lastOf = (marks: Marks) => Object.entries(marks).slice(-1);
  const shared = lastOf(sharedMarks(having));
  const marks = shared.length > 0 ? shared : having.flatMap((variant) => lastOf(marksOf(variant)));
  if (marks.length === 0) return ` for ${eachOnce(having.map(inSentence))}`;
  return ` with ${eachOnce(marks.map(([key, word]) => `\`${key}: ${word}\``))}`;
}

function sharedMarks(variants: readonly Json[]): Marks {
  const [first = {}, ...others] = variants.map(marksOf);
  return Object.fromEntries(Object.entries(first).filter(([key, word]) => others.every((each) => each[key] === word)));
}

/** The discriminator values of a variant: its `kind`, its `grants`. */
function marksOf(variant: Json): Marks {
  const marks = Object.entries(propertiesOf(variant)).filter(([, { const: word }]) => word !== undefined);
  return Object.fromEntries(marks.map(([key, { const: word }]) => [key, word]));
}

/** `A change that needs no approval.` as `a change that needs no approval`. */
function inSentence({ description = "" }: Json): string {
  const text = String(description);
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
}

function typeOf(schema: Json): string {
  const variants = variantsOf(schema);
  if (variants) return eachOnce(variants.map(typeOf));
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (Array.isArray(schema.enum)) return oneOf(schema.enum);
  if (schema.type === "array") return `list of ${ofItems(typeOf(schema.items as Json))}`;
  const type = String(schema.type);
  return { string: "text", boolean: "true or false", object: "map", integer: "whole number" }[type] ?? type;
}

/** In parentheses if it has alternatives. */
function ofItems(type: string): string {
  return type.includes(" or ") ? `(${type})` : type;
}

function oneOf(words: readonly unknown[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 4 ? quoted.join(" or ") : `one of ${quoted.join(", ")}`;
}

/** None where the type is enough: for numbers, words, true and false. */
function examplesShown(schema: Json): readonly unknown[] {
  const options = variantsOf(schema) ?? [schema];
  const isObvious = options.every(({ type, enum: words, const: word }) => {
    return type === "boolean" || type === "integer" || type === "number" || words !== undefined || word !== undefined;
  });
  return isObvious ? [] : examplesOf(schema);
}

/** The schema's own examples; for a map of keys, one of its required keys. */
function examplesOf(schema: Json): readonly unknown[] {
  if (Array.isArray(schema.examples)) return schema.examples;
  if (schema.const !== undefined) return [schema.const];
  if (Array.isArray(schema.enum)) return schema.enum.slice(0, 1);
  const [map = schema] = variantsOf(schema) ?? [];
  const required = Array.isArray(map.required) ? map.required.map(String) : [];
  const needed = required.filter((name) => propertiesOf(map)[name]?.default === undefined);
  const values = needed.map((name) => [name, examplesOf(propertiesOf(map)[name] ?? {})[0]] as const);
  const isWhole = values.length > 0 && values.every(([, value]) => value !== undefined);
  return isWhole ? [Object.fromEntries(values)] : [];
}

/** Longest collection on one line of an example. */
const LINE_CHARACTERS = 60;

/** A value as block YAML on its outer levels. Inside, a collection is on one line if it fits. */
function blockLines(value: unknown, levels: number): readonly string[] {
  const inner = (each: unknown) => (levels > 1 || flow(each).length > LINE_CHARACTERS) && typeof each === "object";
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const [first = "", ...others] = inner(item) ? blockLines(item, levels - 1) : [flow(item)];
      return [`- ${first}`, ...others.map((line) => `  ${line}`)];
    });
  }
  return Object.entries(value as object).flatMap(([key, entry]) => {
    const name = stringify(key).trim();
    if (!inner(entry)) return [`${name}: ${flow(entry)}`];
    return [`${name}:`, ...blockLines(entry, levels - 1).map((line) => `  ${line}`)];
  });
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (isJson(value)) {
    const entries = Object.entries(value).map(([key, entry]) => `${flow(key)}: ${flow(entry)}`);
    return `{ ${entries.join(", ")} }`;
  }
  const listed = stringify([value], { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 });
  return listed.trim().slice(1, -1);
}

/** With a link for each page that it names. */
function descriptionOf({ description = "" }: Json): string {
  const link = (page: string) => `[${page}](${posix.relative(posix.dirname(CONFIG_PAGE), page)})`;
  return escapeHtml(String(description)).replace(/docs\/[\w/-]+\.md(#[\w-]+)?/g, link);
}

function eachOnce(words: readonly string[]): string {
  return [...new Set(words)].join(" or ");
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function propertiesOf(schema: Json): Readonly<Record<string, Json>> {
  return (schema.properties ?? {}) as Record<string, Json>;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return isJson(value) && Object.keys(value).length === 0;
}

/** Markdown would treat `<name>` as a tag and drop it. */
function escapeHtml(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
