import { SourceMap } from "node:module";
import { dirname, resolve } from "node:path";
import type { Origin } from "../../intent/source/located";
import type { RowReader } from "../../packages/terraform-access-review/access/ledger";
import type { FrontDoor, OwnAccess } from "../../stacks/front-door";
import type { Sources } from "../../stacks/shared/sources";
import { type CommandError, projectError } from "../process/command-error";
import { shownPath } from "../process/project";

type Module = { readonly default?: unknown };

/** The project's `main.ts` and its imports, bundled by `cli/bundle/build.cjs`, with an inline source map. */
export interface MainBundle {
  readonly path: string;
  readonly content: Uint8Array;
  readonly load: () => Module;
}

let bundled: () => MainBundle = () => ({ path: "", content: new Uint8Array(), load: () => ({ default: {} }) });
/** The bundle that was loaded last, which call stacks name. */
let running: MainBundle | undefined;

/** Sets where `cli/bundle/compiled.cjs` finds the project's `main.ts`. */
export function useMain(given: () => MainBundle): void {
  bundled = given;
}

function loaded(): Module {
  try {
    running = bundled();
    return running.load();
  } catch (error) {
    const { code, errors } = error as { readonly code?: string; readonly errors?: readonly unknown[] };
    if (code === "NO_MAIN") {
      throw projectError("main.ts: the file does not exist", "write one with: export default frontDoor();");
    }
    // esbuild has already printed each error, with file and line.
    if (Array.isArray(errors)) throw projectError("main.ts: it cannot be bundled, see above");
    throw mainFault(error, "main.ts itself");
  }
}

/**
 * An error of the project's own code, at its own line: `main.ts:12:7  TypeError: boom`.
 *
 * @param by the part of the front door that threw it
 */
export function mainFault(error: unknown, by: string): CommandError {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = error instanceof Error ? placeInMain(error.stack ?? "") : undefined;
  return projectError(`${place ?? "main.ts"}  ${what}`, `thrown by ${by}`);
}

/** `lib/table.ts:12:7`: the project's own line in a call stack, the innermost one; undefined if there is none. */
export function placeInMain(stack: string): string | undefined {
  const found = originInMain(stack);
  return found && `${found.file}:${found.line}:${found.column}`;
}

/** The sources of a stack, with the place in place of each call stack. */
export function placedInMain(sources: Sources): Sources {
  return new Map(
    [...sources].map(([address, { created, ...source }]) => {
      const found = created === undefined ? undefined : originInMain(created);
      return [address, { ...source, ...(found && { own: `${found.file}:${found.line}` }) }];
    }),
  );
}

function originInMain(stack: string): Origin | undefined {
  if (running === undefined) return undefined;
  const { path } = running;
  const frames = stack.split(`${path}:`).slice(1);
  return frames.flatMap((frame) => originOf(mapOf(running as MainBundle), path, frame) ?? []).find(Boolean);
}

/** @param frame starts with the line and column in the bundle */
function originOf(map: SourceMap, path: string, frame: string): Origin | undefined {
  const [line = 0, column = 0] = (/^(\d+):(\d+)/.exec(frame) ?? []).slice(1).map(Number);
  const found = map.findEntry(line - 1, column - 1);
  if (!("originalSource" in found)) return undefined;
  const source = shownPath(resolve(dirname(path), found.originalSource));
  if (source.split("/").includes("node_modules")) return undefined;
  return { file: source, line: found.originalLine + 1, column: found.originalColumn + 1 };
}

const maps = new WeakMap<MainBundle, SourceMap>();
const MAP = "//# sourceMappingURL=data:application/json;base64,";

function mapOf(bundle: MainBundle): SourceMap {
  const known = maps.get(bundle);
  if (known !== undefined) return known;
  const text = Buffer.from(bundle.content).toString("latin1");
  const at = text.lastIndexOf(MAP);
  const json =
    at < 0 ? '{"version":3,"sources":[],"names":[],"mappings":""}' : Buffer.from(text.slice(at + MAP.length), "base64");
  const map = new SourceMap(JSON.parse(String(json)));
  maps.set(bundle, map);
  return map;
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

let readsRows = false;

/** Whether the project's own code reads rows of stacks, so that a review must run it. */
export function hasRowReaders(): boolean {
  return readsRows;
}

const FIELDS = ["principal", "permission", "resource"] as const;

/**
 * Returns the reader of ledger rows for a project's own resources.
 *
 * @throws CommandError from the reader, if `rows` throws or returns anything but rows
 */
export function rowReaders(access: readonly OwnAccess[]): readonly RowReader[] {
  readsRows ||= access.length > 0;
  return access.map(({ rows }) => (stack) => {
    let found: unknown;
    try {
      found = rows(stack);
    } catch (error) {
      throw mainFault(error, "access");
    }
    if (!Array.isArray(found)) throw noRows(found);
    return found.map((row) => {
      const texts = Object(row) as Readonly<Record<string, unknown>>;
      const { condition = "-", effect = "allow" } = texts;
      const isRow = [...FIELDS.map((field) => texts[field]), condition].every(
        (text) => typeof text === "string" && text !== "",
      );
      if (!isRow || (effect !== "allow" && effect !== "deny")) throw noRows(row);
      const own = texts as Readonly<Record<(typeof FIELDS)[number], string>>;
      if (own.permission.startsWith("DENY ")) throw noDenial(own.permission);
      return { ...own, condition: String(condition), effect };
    });
  });
}

function noRows(got: unknown): CommandError {
  return projectError(
    `main.ts, access: got ${JSON.stringify(got)}, expected a list of rows`,
    'return [{ principal, permission, resource }] of texts, with condition if one must hold, and effect: "deny" for a protection',
  );
}

/** A text decides nothing, so a review would take the loss of such a row for less access. */
function noDenial(permission: string): CommandError {
  return projectError(
    `main.ts, access: got the permission ${JSON.stringify(permission)}, expected one without DENY`,
    `write { permission: ${JSON.stringify(permission.slice("DENY ".length))}, effect: "deny" }`,
  );
}
