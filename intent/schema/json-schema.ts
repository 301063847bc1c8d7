import * as z from "zod";
import { configSchema } from "./config";
import { OPTIONAL_FILES } from "./optional-files";

/**
 * The JSON schema that editors check `config/*.yaml` with. It describes a partial config, because every file is
 * partial: no key is required, `null` deletes, and issuers and clients offer the keys of all variants. `loadIntents`
 * checks the merged config.
 */
export function jsonSchemaText(): string {
  const { $schema, ...whole } = editorSchema(configSchema);
  const head = { $schema, title: "One file of config/: base.yaml, or an environment's changes to it" };
  return `${JSON.stringify({ ...head, ...asPatch(whole) }, null, 2)}\n`;
}

/** The JSON schema that editors check `config/<file>.yaml` with. */
export function optionalSchemaText(file: string): string {
  const schema = editorSchema(OPTIONAL_FILES[file] as z.ZodType);
  return `${JSON.stringify({ ...schema, title: `config/${file}.yaml` }, null, 2)}\n`;
}

/** A schema as editors read it. Limits in words are for the reference alone. */
function editorSchema(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, {
    io: "input",
    // The version that the editors' YAML language server supports fully.
    target: "draft-7",
    override: ({ jsonSchema }) => {
      delete jsonSchema.limit;
    },
  }) as Json;
}

/** The schema of a merge patch on what a schema describes. Lists are replaced as a whole, so they stay strict. */
export function asPatch(schema: Json): Json {
  const variants = variantsOf(schema);
  if (variants) return patchOfVariants(schema, variants);
  if (schema.type !== "object") return withoutCeiling(schema);
  const { required: _, properties, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(isJson(properties) && { properties: mapValues(properties, deletable) }),
    additionalProperties: isJson(additionalProperties) ? deletable(additionalProperties) : false,
  };
}

/** Removes Zod's default maximum for whole numbers, which is not a limit of the config. */
function withoutCeiling({ maximum, ...rest }: Json): Json {
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? rest : { ...rest, maximum };
}

/** An overlay need not repeat the discriminator, so one object offers the keys of all variants. */
function patchOfVariants({ anyOf: _a, oneOf: _o, ...shown }: Json, variants: readonly Json[]): Json {
  const objects = variants.filter((variant) => variant.type === "object");
  const others = variants.filter((variant) => variant.type !== "object");
  if (objects.length === 0) return { ...shown, anyOf: others.map(asPatch) };
  const joined = asPatch({ type: "object", properties: joinProperties(objects) });
  return others.length === 0 ? { ...shown, ...joined } : { ...shown, anyOf: [...others, joined] };
}

function joinProperties(objects: readonly Json[]): Json {
  const joined: Record<string, Json> = {};
  for (const object of objects) {
    for (const [key, value] of Object.entries((object.properties ?? {}) as Record<string, Json>)) {
      joined[key] = joined[key] === undefined ? value : joinWords(joined[key], value);
    }
  }
  return joined;
}

/** Merges two variants' values for a key into one enum. Any other key has the same schema in each variant. */
function joinWords(a: Json, b: Json): Json {
  const words = [...wordsOf(a), ...wordsOf(b)];
  if (words.length === 0) return a;
  const { const: _, ...rest } = a;
  return { ...rest, enum: [...new Set(words)] };
}

function wordsOf(schema: Json): readonly unknown[] {
  return Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : [];
}

/** The value or `null`. What editors show about it stays outside of the `anyOf`. */
function deletable(schema: Json): Json {
  const { description, default: preset, examples, ...patch } = asPatch(schema);
  const choices = Array.isArray(patch.anyOf) ? patch.anyOf : [patch];
  return { description, default: preset, examples, anyOf: [...choices, { type: "null" }] };
}

function mapValues(record: Json, change: (value: Json) => Json): Json {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value as Json)]));
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON schema, or a part of one. */
export type Json = Readonly<Record<string, unknown>>;

/** The variants of a union, including those of nested unions; undefined for any other schema. */
export function variantsOf(schema: Json): readonly Json[] | undefined {
  const list = schema.oneOf ?? schema.anyOf;
  return Array.isArray(list) ? list.flatMap((variant: Json) => variantsOf(variant) ?? [variant]) : undefined;
}
