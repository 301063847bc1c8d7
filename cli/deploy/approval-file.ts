import { readFileSync } from "node:fs";
import { approvedDrift, changeHash } from "../../packages/terraform-access-review/judge/hash";
import { withoutKeys } from "../../packages/terraform-access-review/judge/keys";
import { type ChangeModel, MODEL_VERSION } from "../../packages/terraform-access-review/model/change";
import { noteWords } from "../../packages/terraform-access-review/render/note";
import { attributeLine, changeWords } from "../../packages/terraform-access-review/render/pieces";
import { guardSentence, rowSentence } from "../../packages/terraform-access-review/render/sentences";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { type CommandError, usageError } from "../process/command-error";

const REMEDY = "make it with: npm run plan -- <environment> --format json --out <file>";

/** The approved change of one environment: the JSON of `npm run plan`. */
export function approvedChange(path: string, environment: string): ChangeModel {
  const { hash, ...model } = withoutKeys(entryOf(path, environment));
  if (model.version !== MODEL_VERSION || !Array.isArray(model.resources) || typeof model.access !== "object") {
    throw wrong(path, `is of version ${String(model.version)}, expected ${MODEL_VERSION}`);
  }
  if (model.source !== "plan") throw wrong(path, "is the review of synthesized files, expected that of a plan");
  const change = model as unknown as ChangeModel;
  if (hash !== changeHash(change)) throw wrong(path, "was edited: its hash is missing or does not match its change");
  return change;
}

function entryOf(path: string, environment: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw wrong(path, `cannot be read: ${(error as Error).message}`);
  }
  const entries = [parsed].flat() as (Readonly<Record<string, unknown>> | null)[];
  const found = entries.find((entry) => entry?.environment === environment);
  if (found) return found;
  const known = entries.map((entry) => String(entry?.environment ?? "nothing")).join(", ");
  throw wrong(path, `approves ${known}, expected ${environment}`);
}

function wrong(path: string, fault: string): CommandError {
  return usageError(`--approved ${path} ${fault}`, REMEDY);
}

/** Every line in which two changes differ: `+` was not approved, `-` is no longer there. */
export function differenceOf(approved: ChangeModel, fresh: ChangeModel): readonly string[] {
  const [before, after] = [linesOf(approved), linesOf(fresh)];
  const lines = (sign: string, from: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) =>
    [...from].filter(([key]) => !other.has(key)).map(([, line]) => `${sign} ${line}`);
  return [...lines("+", after, before), ...lines("-", before, after)];
}

/** Describes each part in words, keyed by its whole content. */
function linesOf({ access, resources, hidden, notes, drift }: ChangeModel): ReadonlyMap<string, string> {
  return new Map([
    ...access.rows.map((row) => [canonical(row), rowSentence(row)] as const),
    ...access.guards.map((guard) => [canonical(guard), guardSentence(guard)] as const),
    ...resources.map((each) => [canonical(each), `${each.address}: ${changeWords(each)}${details(each)}`] as const),
    ...approvedDrift({ drift }).map(
      (each) => [`drift ${canonical(each)}`, `${each.address}: drifted${details(each)}`] as const,
    ),
    ...(hidden === undefined ? [] : [[hidden, "hidden values: config/ contains them"] as const]),
    ...notes.map((note) => [`note ${canonical(note)}`, noteWords(note)] as const),
  ]);
}

/** The first attributes that change, as the report shows them, without secret ones. */
function details({ attributes }: ChangeModel["resources"][number]): string {
  const shown = attributes.slice(0, 3).map(attributeLine);
  const more = attributes.length - shown.length;
  if (shown.length === 0) return "";
  return ` (${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""})`;
}
