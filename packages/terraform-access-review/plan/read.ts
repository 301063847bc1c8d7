import { isFields } from "../terraform-json/stack-json";
import type { PlanJson } from "./plan-json";

/** Thrown for a file that is not a plan. States what the file is, what was expected, and what to do. */
export class PlanError extends Error {
  constructor(got: string, remedy: string) {
    super(`got ${got}, expected the JSON of a saved plan of Terraform (format_version 1.x)\n    ${remedy}`);
    this.name = "PlanError";
  }
}

const ENCODING = "Windows PowerShell 5 writes such files: use another shell, or PowerShell 7";
const SHOW = "make it with: terraform show -json <plan file>";

/** Parses what `terraform show -json` prints. Throws a PlanError if it is not a plan. */
export function readPlan(text: string): PlanJson {
  return planIn(readJson(text));
}

/** Throws a PlanError for text that is not JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw error instanceof SyntaxError ? notJson(text, positionIn(text, error)) : error;
  }
}

/** Throws a PlanError if the value is not a plan. */
export function planIn(plan: unknown): PlanJson {
  if (!isFields(plan)) throw new PlanError(kindOf(plan), SHOW);
  if ("@level" in plan) throw new PlanError("a message of terraform plan -json", SHOW);
  if ("lineage" in plan && "serial" in plan) throw new PlanError("a state file", SHOW);
  assertVersion(plan.format_version);
  const isPlan = ["resource_changes", "planned_values", "configuration"].some((key) => key in plan);
  if (!isPlan && "values" in plan) throw new PlanError("a state (terraform show -json without a plan file)", SHOW);
  if (!isPlan)
    throw new PlanError(
      `an object with ${Object.keys(plan)
        .slice(0, 5)
        .map((key) => JSON.stringify(key))
        .join(", ")}`,
      SHOW,
    );
  if (!isFields(plan.configuration)) throw new PlanError("a plan without its configuration", SHOW);
  for (const key of ["resource_changes", "resource_drift", "deferred_changes", "checks", "action_invocations"]) {
    const value: unknown = plan[key] ?? [];
    if (!Array.isArray(value)) throw new PlanError(`${key} as ${kindOf(value)}, not a list`, SHOW);
    if (!key.startsWith("resource_")) continue;
    for (const [index, change] of value.entries()) assertChange(change, `${key}[${index}]`);
  }
  return plan as PlanJson;
}

/** Does not quote the text, which may contain secrets. */
function notJson(text: string, position: number | undefined): PlanError {
  const start = text.trimStart();
  if (start === "") return new PlanError("an empty file", SHOW);
  // A byte order mark, or one of UTF-16 that was decoded as UTF-8.
  if (/^[\uFEFF\uFFFD]/.test(text)) {
    return new PlanError("text that is not UTF-8 or starts with a byte order mark", ENCODING);
  }
  if (start.startsWith("PK")) return new PlanError("a binary plan file, which is not JSON", SHOW);
  if (start.startsWith('{"@level":')) return new PlanError("the messages of terraform plan -json, one per line", SHOW);
  return new PlanError(
    `text that is not JSON${position === undefined ? "" : ` from character ${position} on`}`,
    `it may be truncated; ${SHOW}`,
  );
}

/** The first invalid character, from 0, or the end; undefined if V8 does not name it. */
function positionIn(text: string, { message }: SyntaxError): number | undefined {
  if (message.startsWith("Unexpected end")) return text.length;
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? undefined : Number(position);
}

function assertVersion(version: unknown): void {
  if (typeof version !== "string") throw new PlanError("JSON without a format_version", SHOW);
  if (/^1\.\d+$/.test(version)) return;
  throw new PlanError(
    `format_version ${JSON.stringify(version).slice(0, 40)}`,
    /^0\./.test(version)
      ? "plan again with Terraform 1.11 or newer"
      : "use a newer version of this program, which knows that format",
  );
}

function assertChange(change: unknown, where: string): void {
  if (!isFields(change)) throw new PlanError(`${where} that is ${kindOf(change)}`, SHOW);
  const missing = ["address", "type"].find((key) => typeof change[key] !== "string");
  if (missing !== undefined) throw new PlanError(`${where} without its ${missing}`, SHOW);
  const inner = change.change;
  if (!isFields(inner) || !Array.isArray(inner.actions)) throw new PlanError(`${where} without its actions`, SHOW);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
