import * as z from "zod";
import { PROJECT_NUMBER_DIGITS } from "../model/limits";
import { suggestion } from "../model/nearest";
import { ID, ROLE_ARN, SCOPE } from "../model/patterns";

/** Documentation of a field: shown in the editor, on its page of the reference and in its errors. */
export interface FieldDoc {
  /** One sentence on what the value does, with its unit. */
  readonly description: string;
  /** Completes "got …, expected": `twelve digits (an AWS account id)`. */
  readonly expected: string;
  /** What to do if it is wrong. Default: write one like the example. */
  readonly remedy?: string;
  /** The right form of a text that does not fit, if it can be guessed: `2Gi` for `2GB`. */
  readonly meant?: (written: string) => string | undefined;
  readonly example?: unknown;
}

/** A Zod issue carries one string. Its first line holds the expected value, its second line the remedy. */
export function explain(expected: string, remedy: string): string {
  return `${expected}\n${remedy}`;
}

/** In a remedy: the service below which the fault is. */
export const THIS_SERVICE = "<service>";

/** Splits a text of `explain` into its two parts. */
export function explained(message: string): { expected: string; remedy: string } {
  const [expected = "", remedy = ""] = message.split("\n");
  return { expected, remedy };
}

export function text(pattern: RegExp, doc: FieldDoc) {
  const usual = explanation(doc);
  const error = ({ input }: { input?: unknown }) => {
    const meant = typeof input === "string" ? doc.meant?.(input) : undefined;
    return meant === undefined ? usual : explain(doc.expected, `did you mean ${JSON.stringify(meant)}?`);
  };
  return z.string({ error }).regex(pattern, { error }).meta(metadata(doc, doc.expected));
}

/** One of a few words. The remedy suggests the nearest word, or lists all. */
export function word<const T extends readonly string[]>(words: T, doc: FieldDoc) {
  const error = (issue: { input?: unknown }) =>
    explain(doc.expected, `correct it; ${suggestion(String(issue.input), words)}`);
  return z.enum(words, { error }).meta(metadata(doc));
}

/** A whole number within fixed bounds; `limit` names their source. */
export function integer(min: number, max: number, doc: Omit<FieldDoc, "expected"> & { readonly limit: string }) {
  const remedy = doc.remedy ?? `write a number from ${min} to ${max}`;
  return z
    .int({ error: explain(`a whole number from ${min} to ${max} (${doc.limit})`, remedy) })
    .min(min, { error: explain(`at least ${min} (${doc.limit})`, remedy) })
    .max(max, { error: explain(`at most ${max} (${doc.limit})`, remedy) })
    .meta(metadata(doc, `${min}-${max} (${doc.limit})`));
}

/** A whole number with no fixed upper bound. A rule checks that it is not too large. */
export function count(min: number, doc: Omit<FieldDoc, "expected">) {
  const remedy = doc.remedy ?? `write a number from ${min}`;
  return z
    .int({ error: explain(`a whole number from ${min}`, remedy) })
    .min(min, { error: explain(`at least ${min}`, remedy) })
    .meta(metadata(doc, `from ${min}`));
}

/** A boolean. It always has a default, so that no other code tells false from missing. */
export function flag(description: string, preset = false) {
  return z
    .boolean({ error: explain("true or false", "write true or false") })
    .meta({ description })
    .default(preset);
}

/** At least one entry, at most `max` if set, and no repeated entry. */
export function list<T extends z.ZodType>(item: T, doc: FieldDoc, max?: number) {
  const error = explanation(doc);
  const some = z
    .array(item, { error })
    .min(1, { error: explain("at least one entry", "add one, or remove the key if it is optional") });
  return (max === undefined ? some : some.max(max, { error }))
    .superRefine(reportRepeated)
    .meta({ ...metadata(doc, max === undefined ? undefined : doc.expected), uniqueItems: true });
}

/** The clouds store most lists as sets, so no plan would show a repeated entry. */
function reportRepeated(items: readonly unknown[], context: z.RefinementCtx): void {
  for (const [index, item] of items.entries()) {
    if (items.indexOf(item) === index) continue;
    context.addIssue({ code: "custom", path: [index], message: explain("each entry once", "remove the repeated one") });
  }
}

/** A value of one of several kinds. */
export function either<const T extends readonly [z.core.SomeType, ...z.core.SomeType[]]>(
  options: T,
  { expected, remedy, description, examples }: Omit<FieldDoc, "example"> & { readonly examples: readonly unknown[] },
) {
  const error = explain(expected, remedy ?? "correct the value");
  return z.union(options, { error }).meta({ description, examples: [...examples], limit: expected });
}

/** What to do about a value that is not the expected map. */
export const BELOW = "write keys and values below it";

/** A map with exactly these keys allowed. */
export function keys<T extends z.core.$ZodLooseShape>(shape: T, description: string) {
  const known = Object.keys(shape);
  const error = ({ input }: { input?: unknown }) =>
    explain(`a map with the keys ${known.join(", ")}`, asKey(input, known) ?? BELOW);
  return z.strictObject(shape, { error }).meta({ description });
}

/** Error of a union of maps for a value that is not a map. */
export const someMap = { error: explain("a map of keys and values", BELOW) };

/** The correct spelling of a text that was meant as a key and its value: `region:eu-west-1`, `region eu-west-1`. */
function asKey(text: unknown, known: readonly string[]): string | undefined {
  const [, key = "", mark, value] = typeof text === "string" ? (/^([\w-]+)(:| )(\S.*)$/.exec(text) ?? []) : [];
  if (!known.includes(key)) return undefined;
  return `write ${mark === ":" ? "a space after the colon" : "a colon after the key"}: ${key}: ${value}`;
}

/** An id chosen in the config. It becomes part of names in both clouds. */
export const id = z.string().regex(ID, {
  error: ({ input }) =>
    explain(
      input === "constructor" ? "another id (cdktf reserves this one)" : "lower-case words joined by dashes (an id)",
      'rename it, as in "reporting-agent"',
    ),
});

export function roleArns(description: string, example: string) {
  const role = text(ROLE_ARN, {
    description: "One role.",
    expected: "the exact ARN of an IAM role (no wildcard)",
    example,
  });
  return list(role, { description, expected: "a list of role ARNs", example: [example] });
}

export const scope = text(SCOPE, {
  description: "One scope.",
  expected: "printable ASCII characters without spaces, quotes and backslashes (a scope)",
  remedy: `write it as in "${THIS_SERVICE}/read"`,
  example: "orders/read",
});

export const projectNumber = (description: string) =>
  text(new RegExp(`^[1-9]\\d{0,${PROJECT_NUMBER_DIGITS - 1}}$`), {
    description,
    expected: "digits in quotes (a project number)",
    example: "123456789012",
    remedy: "look it up: gcloud projects describe PROJECT --format='value(projectNumber)'",
  });

/** A map keyed by ids, or by other names, chosen in the config. */
export function entries<T extends z.ZodType>(name: z.ZodString, value: T, doc: FieldDoc) {
  const remedy = doc.remedy ?? (doc.example === undefined ? BELOW : undefined);
  return z
    .record(name, value, { error: explanation({ ...doc, ...(remedy && { remedy }) }) })
    .meta(metadata(doc, doc.expected));
}

function explanation(doc: FieldDoc): string {
  const sample = doc.example === undefined ? undefined : JSON.stringify(doc.example);
  return explain(doc.expected, doc.remedy ?? (sample ? `write it as in ${sample}` : "correct the value"));
}

/** @param limit what the reference prints as allowed; the schema for editors has patterns and bounds in its place */
function metadata({ description, example }: Pick<FieldDoc, "description" | "example">, limit?: string) {
  return {
    description,
    ...(example === undefined ? {} : { examples: [example] }),
    ...(limit === undefined ? {} : { limit }),
  };
}
