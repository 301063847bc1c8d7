import type { RowReader } from "../../packages/terraform-access-review/access/ledger";
import type { FrontDoor, OwnAccess } from "../../stacks/front-door";
import { type CommandError, projectError } from "../process/command-error";

type Module = { readonly default?: unknown };

let load: () => Module = () => ({ default: {} });

/** Sets how `cli/bundle/compiled.cjs` loads the project's `main.ts`. */
export function useMain(given: () => Module): void {
  load = given;
}

function loaded(): Module {
  try {
    return load();
  } catch (error) {
    const { code, errors } = error as { readonly code?: string; readonly errors?: readonly unknown[] };
    if (code === "NO_MAIN") {
      throw projectError("main.ts: the file does not exist", "write one with: export default frontDoor();");
    }
    // esbuild has already printed each error, with file and line.
    if (Array.isArray(errors)) throw projectError("main.ts: it cannot be bundled, see above");
    throw projectError(`main.ts: it threw ${inWords(error)}`);
  }
}

/** An error of the project's own code. */
function inWords(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The keys that a front door may have, and the type of each. Any other key is most likely misspelt. */
const PARTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  extend: (value) => typeof value === "function",
  rules: (value) => Array.isArray(value) && value.every(isRule),
  access: (value) => Array.isArray(value) && value.every((each) => typeof Object(each).rows === "function"),
};

/**
 * The additions of the project's `main.ts` to each environment.
 *
 * @throws CommandError if its default export is not a front door: without its rules, a forbidden stack would pass
 */
export function readMain(): FrontDoor {
  const found = loaded().default;
  if (typeof found !== "object" || found === null || found instanceof Promise) {
    const got = found === undefined ? "no default export" : `a default export of type ${kindOf(found)}`;
    throw projectError(`main.ts: got ${got}, expected a front door`, "write: export default frontDoor();");
  }
  for (const [key, value] of Object.entries(found)) {
    if (value === undefined || PARTS[key]?.(value) === true) continue;
    const expected = "extend, a function, rules, a list of { id, findings }, and access, a list of { rows }";
    throw projectError(
      `main.ts: got ${key} of type ${kindOf(value)} in its front door, expected ${expected}`,
      "correct or remove it",
    );
  }
  return found as FrontDoor;
}

function isRule(value: unknown): boolean {
  const { id, findings } = (value ?? {}) as { readonly id?: unknown; readonly findings?: unknown };
  return typeof id === "string" && typeof findings === "function";
}

function kindOf(value: unknown): string {
  if (value instanceof Promise) return "promise";
  return Array.isArray(value) ? "list" : typeof value;
}

const FIELDS = ["principal", "permission", "resource"] as const;

/**
 * Returns the reader of ledger rows for a project's own resources.
 *
 * @throws CommandError from the reader, if `rows` throws or returns anything but rows
 */
export function rowReaders(access: readonly OwnAccess[]): readonly RowReader[] {
  return access.map(({ rows }) => (stack) => {
    let found: unknown;
    try {
      found = rows(stack);
    } catch (error) {
      throw projectError(`main.ts, access: it threw ${inWords(error)}`);
    }
    if (!Array.isArray(found)) throw noRows(found);
    return found.map((row) => {
      const texts = Object(row) as Readonly<Record<string, unknown>>;
      const { condition = "-" } = texts;
      const isRow = [...FIELDS.map((field) => texts[field]), condition].every(
        (text) => typeof text === "string" && text !== "",
      );
      if (!isRow) throw noRows(row);
      return { ...(texts as Readonly<Record<(typeof FIELDS)[number], string>>), condition: String(condition) };
    });
  });
}

function noRows(got: unknown): CommandError {
  return projectError(
    `main.ts, access: got ${JSON.stringify(got)}, expected a list of rows`,
    "return [{ principal, permission, resource }] of texts, with condition if one must hold",
  );
}
