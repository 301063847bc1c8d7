import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Intent } from "../../intent/model/intent";
import { formatProblem } from "../../intent/model/problem";
import { oncePerWorker } from "./once-per-worker";
import { SHOP_CONFIG } from "./shop";

type Json = { readonly [key: string]: unknown };

/**
 * Returns an environment of the shop, with a merge patch on its file; made once per worker. Fails if the result breaks
 * a rule.
 */
export function variantOf(environment: string, patch: Json): Intent {
  return oncePerWorker(`variant ${JSON.stringify([environment, patch])}`, () => made(environment, patch));
}

/** A variant with a REST API must state whether it owns its account. Others are the same with it. */
const NO_OWNER = { aws: { ownsAccount: false } };

function made(environment: string, patch: Json): Intent {
  const { parse, stringify } = require("yaml") as typeof import("yaml");
  const { loadIntents } = require("../../intent/load") as typeof import("../../intent/load");
  const folder = mkdtempSync(join(tmpdir(), "front-door-config-"));
  try {
    // Leaves out the other environments, which take most of the time, and the bootstrap's requirements for this one.
    for (const name of ["base.yaml", `${environment}.yaml`]) cpSync(join(SHOP_CONFIG, name), join(folder, name));
    const file = join(folder, `${environment}.yaml`);
    const own = patched(NO_OWNER, parse(readFileSync(file, "utf8")));
    const merged = patched(own, patch);
    writeFileSync(
      file,
      stringify(merged, { aliasDuplicateObjects: false, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" }),
    );
    const result = loadIntents(folder);
    if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
    const found = result.intents.find((intent) => intent.environment === environment);
    if (found === undefined) throw new Error(`no environment ${environment}`);
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Merges a patch into a patch. Its nulls stay, because they delete values of the base. */
function patched(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isMap(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) merged[key] = patched(merged[key], value);
  return merged;
}

function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
