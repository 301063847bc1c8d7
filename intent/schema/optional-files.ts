import type * as z from "zod";
import { allowancesSchema } from "./allowances";
import { bootstrapSchema } from "./bootstrap";
import { expectationsSchema } from "./expectations";
import { importsSchema } from "./imports";

/** The optional files of `config/`, by name without `.yaml`. Each is whole: no other file changes it. */
export const OPTIONAL_FILES: Readonly<Record<string, z.ZodType>> = {
  allowances: allowancesSchema,
  bootstrap: bootstrapSchema,
  expectations: expectationsSchema,
  imports: importsSchema,
};

/** Name of the schema for editors of an optional file, in the same folder. */
export function optionalSchemaName(file: string): string {
  return `${file}.schema.json`;
}
