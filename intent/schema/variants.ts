import * as z from "zod";

type Schema = z.core.$ZodType;
export type Shape = z.core.$ZodShape;

/** The schema without its optional or default wrapper. */
export function unwrapped(schema: Schema): Schema {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? unwrapped(schema.def.innerType) : schema;
}

/** The fields of each map in a union, including those of nested unions. */
export function shapesOf(schema: Schema): readonly Shape[] {
  if (schema instanceof z.ZodObject) return [schema.shape];
  return schema instanceof z.ZodUnion ? (schema.options as readonly Schema[]).flatMap(shapesOf) : [];
}

/** The discriminators of a union, the outer one first: `kind`, `grants`. */
export function discriminatorsOf(schema: Schema): readonly string[] {
  if (!(schema instanceof z.ZodUnion)) return [];
  const own = schema instanceof z.ZodDiscriminatedUnion ? [schema.def.discriminator] : [];
  return [...own, ...(schema.options as readonly Schema[]).flatMap(discriminatorsOf)];
}

/** The shapes that accept a value at a key. A shape without the key accepts only its absence. */
export function fitting(shapes: readonly Shape[], key: string, value: unknown): readonly Shape[] {
  return shapes.filter((shape) => {
    const schema = shape[key];
    return schema === undefined ? value === undefined : z.safeParse(schema, value).success;
  });
}

/** The discriminator values of the shapes at a key. */
export function wordsAt(shapes: readonly Shape[], key: string): readonly string[] {
  const words = shapes.flatMap((shape) => {
    const literal = shape[key] && unwrapped(shape[key]);
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
  return [...new Set(words)];
}

export function keysOf(shapes: readonly Shape[]): readonly string[] {
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
}
