/** A JSON schema, or a part of one. */
export type Json = Readonly<Record<string, unknown>>;

/** The variants of a union, those of unions inside it included; undefined for anything else. */
export function variantsOf(schema: Json): readonly Json[] | undefined {
  const list = schema.oneOf ?? schema.anyOf;
  return Array.isArray(list) ? list.flatMap((variant: Json) => variantsOf(variant) ?? [variant]) : undefined;
}
