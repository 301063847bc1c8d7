import { verdictOf } from "../../review/report/verdict";
import { readModel } from "./models";

/** `pipeline changes dev model.json`: whether there is anything to apply, as a line for `$GITHUB_OUTPUT`. */
export function changes(environment: string, path: string): void {
  console.log(`changed=${!verdictOf(readModel(path, environment)).line.endsWith(": no change")}`);
}
