import { type LoadResult, loadIntents } from "../../intent/load";
import type { Intent } from "../../intent/model/intent";
import { nearest } from "../../intent/model/nearest";
import { formatRefusal } from "../../intent/model/problem";
import { mayBeEnvironment, overlayFile } from "../../intent/source/environments";
import { usageError } from "../process/command-error";
import { ConfigRefused } from "../process/config-refused";
import { CONFIG } from "../process/project";
import { leftOutTables } from "./left-out";
import { missingBootstrap } from "./missing-bootstrap";

/** The intents of all environments. Throws with all problems of all files. */
export function readIntents(): readonly Intent[] {
  return readConfig().intents;
}

/**
 * The intents, and the bootstraps of the pipeline's environments: none without config/bootstrap.yaml. Throws with all
 * problems of all files, behind what is left out of OpenAPI documents: often that is their cause.
 */
export function readConfig(): Extract<LoadResult, { readonly ok: true }> {
  const result = loadIntents(CONFIG);
  if (result.ok) return result;
  throw new ConfigRefused(refusalText(result), result.problems);
}

/** All problems of a config, behind the tables of what is left out of its OpenAPI documents. */
export function refusalText({ leftOut, problems, rulesWait }: Refused): string {
  return [...leftOutTables(leftOut), formatRefusal(problems, rulesWait)].join("\n");
}

type Refused = Extract<LoadResult, { readonly ok: false }>;

/**
 * The intents of these environments, in config order, or of all if none is named. `alsoTaken` lists names of other
 * stacks that the command would have accepted.
 */
export function select(
  intents: readonly Intent[],
  names: readonly string[],
  alsoTaken: readonly string[] = [],
): readonly Intent[] {
  const environments = intents.map(({ environment }) => environment);
  const unknown = names.find((name) => !environments.includes(name));
  const missing = unknown === undefined ? undefined : missingBootstrap(unknown, environments);
  if (missing !== undefined) throw missing;
  if (unknown !== undefined) {
    const known = [...environments, ...alsoTaken].sort();
    const guess = nearest(unknown, known);
    const hint = guess === undefined ? "" : `; did you mean ${guess}?`;
    const remedy = mayBeEnvironment(unknown) ? `; a new one is a new file, ${overlayFile(unknown)}` : "";
    throw usageError(`no environment is called "${unknown}"${hint}`, `known: ${known.join(", ")}${remedy}`);
  }
  return names.length === 0 ? intents : intents.filter(({ environment }) => names.includes(environment));
}
