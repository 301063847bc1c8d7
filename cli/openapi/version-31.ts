import type { Json } from "./model";

/** A schema of OpenAPI 3.0 as one of 3.1: `nullable`, and bounds that a boolean makes exclusive. */
export function asVersion31({ nullable, ...schema }: Json): Json {
  const bounded = withBound(withBound(schema, "exclusiveMinimum", "minimum"), "exclusiveMaximum", "maximum");
  if (nullable !== true) return bounded;
  if (typeof bounded.type !== "string") return { anyOf: [bounded, { type: "null" }] };
  return {
    ...bounded,
    type: [bounded.type, "null"],
    ...(Array.isArray(bounded.enum) && { enum: [...bounded.enum, null] }),
  };
}

function withBound(schema: Json, exclusive: string, limit: string): Json {
  if (typeof schema[exclusive] !== "boolean") return schema;
  const { [exclusive]: isExclusive, [limit]: value, ...rest } = schema;
  return value === undefined ? rest : { ...rest, [isExclusive ? exclusive : limit]: value };
}
