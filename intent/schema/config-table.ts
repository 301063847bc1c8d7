import * as z from "zod";
import { configSchema } from "./config";
import { type Json, variantsOf } from "./json-schema";

interface Row {
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
}

/** The table of every config key in docs/reference/config.md. */
export function configTable(): string {
  return keyTable(configSchema);
}

/** The same for another file of `config/`. */
export function keyTable(schema: z.ZodType): string {
  const rows = rowsBelow("", z.toJSONSchema(schema, { io: "input" }) as Json);
  const lines = rows.map((row) => line([`\`${row.key}\``, row.type, row.default, row.meaning]));
  return [line(["key", "type", "default", "meaning"]), line(["---", "---", "---", "---"]), ...lines, ""].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** One row for each key of an object, followed by rows for the keys inside it. */
function rowsBelow(parent: string, schema: Json): Row[] {
  const variants = (variantsOf(schema) ?? [schema]).filter(({ type }) => type === "object");
  const keys = [...new Set(variants.flatMap((variant) => Object.keys(propertiesOf(variant))))];
  return keys.flatMap((key) => {
    const having = variants.filter((variant) => key in propertiesOf(variant));
    const schemas = having.map((variant) => propertiesOf(variant)[key] as Json);
    const path = parent === "" ? key : `${parent}.${key}`;
    const row = {
      key: path,
      type: eachOnce(schemas.map(typeOf)),
      default: defaultOf(key, having) + condition(having, variants),
      meaning: escapeHtml(String(schemas[0]?.description ?? "")),
    };
    return [row, ...rowsInside(path, schemas[0] ?? {})];
  });
}

function rowsInside(path: string, schema: Json): Row[] {
  const entry = schema.additionalProperties;
  if (typeof entry !== "object" || entry === null) return rowsBelow(path, schema);
  return rowsBelow(`${path}.<${idOf(path)}>`, entry as Json);
}

/** Placeholder for the ids of a map. */
function idOf(path: string): string {
  if (path.endsWith(".routes")) return "METHOD /path";
  return path.startsWith("services.") ? "VARIABLE" : "id";
}

function defaultOf(key: string, having: readonly Json[]): string {
  const defaults = having.map((variant) => propertiesOf(variant)[key]?.default).filter((value) => value !== undefined);
  if (defaults.length > 0) return `\`${JSON.stringify(defaults[0])}\``;
  const isRequired = having.every(({ required }) => Array.isArray(required) && required.includes(key));
  return isRequired ? "**required**" : "";
}

/**
 * Variants that have a key, if not all have it: ` with `kind: cognito``. Names what they share, or else each variant.
 */
function condition(having: readonly Json[], variants: readonly Json[]): string {
  if (having.length === variants.length) return "";
  const marks = having.map((variant) => Object.entries(marksOf(variant)).map(([key, word]) => `\`${key}: ${word}\``));
  const common = (marks[0] ?? []).filter((mark) => marks.every((others) => others.includes(mark)));
  return ` with ${common.at(-1) ?? eachOnce(marks.map((own) => own.at(-1) ?? ""))}`;
}

/** The discriminator values of a variant: its `kind`, its `grants`. */
function marksOf(variant: Json): Record<string, unknown> {
  const marks = Object.entries(propertiesOf(variant)).filter(([, { const: word }]) => word !== undefined);
  return Object.fromEntries(marks.map(([key, { const: word }]) => [key, word]));
}

function typeOf(schema: Json): string {
  const variants = variantsOf(schema);
  if (variants) return eachOnce(variants.map(typeOf));
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (Array.isArray(schema.enum)) return oneOf(schema.enum);
  if (schema.type === "array") return `list of ${ofItems(typeOf(schema.items as Json))}`;
  if (schema.type === "integer") return `whole number${rangeOf(schema)}`;
  const type = String(schema.type);
  return { string: "text", boolean: "true or false", object: "map" }[type] ?? type;
}

/** In parentheses if it has alternatives. */
function ofItems(type: string): string {
  return type.includes(" or ") ? `(${type})` : type;
}

function oneOf(words: readonly unknown[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 4 ? quoted.join(" or ") : `one of ${quoted.join(", ")}`;
}

function rangeOf({ minimum, maximum }: Json): string {
  const least = Number(minimum ?? Number.MIN_SAFE_INTEGER);
  const most = Number(maximum ?? Number.MAX_SAFE_INTEGER);
  if (most < Number.MAX_SAFE_INTEGER) return ` ${least}-${most}`;
  return least > Number.MIN_SAFE_INTEGER ? ` from ${least}` : "";
}

function eachOnce(words: readonly string[]): string {
  return [...new Set(words)].join(" or ");
}

function propertiesOf(schema: Json): Readonly<Record<string, Json>> {
  return (schema.properties ?? {}) as Record<string, Json>;
}

/** Markdown would treat `<name>` as a tag and drop it. */
function escapeHtml(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
