import * as z from "zod";
import { nearest } from "./nearest";
import { isRecord, own } from "./plain-map";

type Schema = z.core.$ZodType;

/** The branch of a union that a value was meant for: by its discriminator, or by being a map or a list. */
export function branchOf(union: z.ZodUnion, value: unknown): Schema | undefined {
  const key = discriminatorOf(union);
  const options = union.options as readonly Schema[];
  if (key === undefined) {
    const alike = options.filter((option) => isContainerOf(option, value));
    return alike.length === 1 ? alike[0] : undefined;
  }
  if (!isRecord(value)) return undefined;
  return options.find((option) => shapesOf(option).some((shape) => takes(shape[key], own(value, key))));
}

function isContainerOf(option: Schema, value: unknown): boolean {
  return Array.isArray(value) ? option instanceof z.ZodArray : isRecord(value) && option instanceof z.ZodObject;
}

function takes(schema: Schema | undefined, value: unknown): boolean {
  return schema !== undefined && z.safeParse(schema, value).success;
}

/** The fields that are the same in every branch: they mean something even where nobody can tell which was meant. */
export function alikeIn(union: z.ZodUnion): z.core.$ZodShape {
  const [first = {}, ...others] = shapesOf(union);
  return Object.fromEntries(
    Object.entries(first).filter(([key, schema]) => others.every((shape) => shape[key] === schema)),
  );
}

/** The key that was probably meant to tell the branch, and the keys that some branch has. */
export function misspeltIn(
  union: z.ZodUnion,
  value: unknown,
): { readonly key: string; readonly known: string[] } | undefined {
  const discriminator = discriminatorOf(union);
  if (discriminator === undefined || !isRecord(value) || Object.hasOwn(value, discriminator)) return undefined;
  const known = [...new Set(shapesOf(union).flatMap(Object.keys))];
  const key = Object.keys(value).find((each) => !known.includes(each) && nearest(each, known) === discriminator);
  return key === undefined ? undefined : { key, known };
}

export function discriminatorOf(union: z.ZodUnion): string | undefined {
  return union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : undefined;
}

/** Of every branch, those of unions inside it included. */
function shapesOf(schema: Schema): readonly z.core.$ZodShape[] {
  if (schema instanceof z.ZodObject) return [schema.shape];
  return schema instanceof z.ZodUnion ? (schema.options as readonly Schema[]).flatMap(shapesOf) : [];
}
