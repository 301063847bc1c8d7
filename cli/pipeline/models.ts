import { readFileSync } from "node:fs";
import { changesNothing } from "../../packages/terraform-access-review/judge/fail-on";
import { withoutKeys } from "../../packages/terraform-access-review/judge/keys";
import { type ChangeModel, MODEL_VERSION } from "../../packages/terraform-access-review/model/change";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { projectError } from "../process/command-error";

/** The change models in a file that `--format json` wrote. */
export function readModels(path: string): readonly ChangeModel[] {
  const models = parse(path);
  const list: readonly unknown[] = Array.isArray(models) ? models : [models];
  const strange = list.find((model) => (model as Partial<ChangeModel> | null)?.version !== MODEL_VERSION);
  if (list.length > 0 && strange === undefined) {
    return list.map((model) => withoutKeys(model as Attributes) as unknown as ChangeModel);
  }
  throw projectError(
    `${path}: got no change model of version ${MODEL_VERSION}`,
    `write it with: npm run plan -- <environment> --format json --out ${path}`,
  );
}

export function readModel(path: string, environment: string): ChangeModel {
  const found = readModels(path).find((model) => model.environment === environment);
  if (found !== undefined) return found;
  throw projectError(`${path}: has no model of ${environment}`);
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw projectError(`${path}: cannot be read: ${(error as Error).message}`);
  }
}

/** `pipeline changes dev model.json`: whether the plan has changes to apply, as a line for `$GITHUB_OUTPUT`. */
export function changes(environment: string, path: string): void {
  console.log(`changed=${!changesNothing(readModel(path, environment))}`);
}
