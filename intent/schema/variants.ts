import * as z from "zod";

type Schema = z.core.$ZodType;
export type Shape = z.core.$ZodShape;

/** The schema itself, without what says that its key may be left out. */
export function unwrapped(schema: Schema): Schema {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? unwrapped(schema.def.innerType) : schema;
}

/** The fields of each map that a union takes, those of unions inside it included. */
export function shapesOf(schema: Schema): readonly Shape[] {
  if (schema instanceof z.ZodObject) return [schema.shape];
  return schema instanceof z.ZodUnion ? (schema.options as readonly Schema[]).flatMap(shapesOf) : [];
}

/** The keys that tell a union's maps apart, the outer one first: `kind`, `grants`. */
export function discriminatorsOf(schema: Schema): readonly string[] {
  if (!(schema instanceof z.ZodUnion)) return [];
  const own = schema instanceof z.ZodDiscriminatedUnion ? [schema.def.discriminator] : [];
  return [...own, ...(schema.options as readonly Schema[]).flatMap(discriminatorsOf)];
}

/** Those of the shapes that take a value at a key. A shape without the key takes nothing but its absence. */
export function fitting(shapes: readonly Shape[], key: string, value: unknown): readonly Shape[] {
  return shapes.filter((shape) => {
    const schema = shape[key];
    return schema === undefined ? value === undefined : z.safeParse(schema, value).success;
  });
}

/** The words by which a key tells the shapes apart. */
export function wordsAt(shapes: readonly Shape[], key: string): readonly string[] {
  const words = shapes.flatMap((shape) => {
    const literal = shape[key] && unwrapped(shape[key]);
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
  return [...new Set(words)];
}

/** Every key that one of the shapes has. */
export function keysOf(shapes: readonly Shape[]): readonly string[] {
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
}
