import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Intent } from "../../intent/intent";
import { loadIntents } from "../../intent/load";
import { formatProblem } from "../../intent/problem";

const CONFIG = join(__dirname, "../../config");

type Json = { readonly [key: string]: unknown };

/** An environment of this repository's own config, with a merge patch on its file. Fails where that breaks a rule. */
export function variantOf(environment: string, patch: Json): Intent {
  const folder = mkdtempSync(join(tmpdir(), "front-door-config-"));
  try {
    cpSync(CONFIG, folder, { recursive: true });
    // What a pipeline asks of an environment is not asked of its variant.
    rmSync(join(folder, "bootstrap.yaml"));
    const file = join(folder, `${environment}.yaml`);
    const merged = patched(parse(readFileSync(file, "utf8")), patch);
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

/** A patch on a patch: its nulls stay, since they delete what the base has. */
function patched(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isMap(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) merged[key] = patched(merged[key], value);
  return merged;
}

function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
