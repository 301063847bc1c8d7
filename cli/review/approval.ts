import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadIntents } from "../../intent/load";
import type { Intent } from "../../intent/model/intent";
import { ALLOWANCES_FILE } from "../../intent/source/environments";
import { type FailOn, reasonsMet } from "../../packages/terraform-access-review/report/fail-on";
import type { Report } from "../../packages/terraform-access-review/report/report";
import { CommandError, EXIT } from "../process/command-error";
import { CONFIG } from "../process/project";
import { expectedIn } from "./expected";

/**
 * Sets exit code 2 if a report holds something that `--fail-on` names and `config/allowances.yaml` does not expect.
 * Sets 1 if an allowance has expired or is unused.
 */
export function demandApproval(reports: readonly Report[], reasons: readonly FailOn[]): void {
  const intents = intentsWithAllowances();
  const today = new Date().toISOString().slice(0, 10);
  const judged = reports.map((report) => {
    const intent = intents.find(({ environment }) => environment === report.environment);
    return { report, ...expectedIn(report, intent?.expectedChanges ?? [], today) };
  });
  const faults = judged.flatMap((each) => each.faults);
  if (faults.length > 0) throw new CommandError(faults.join("\n"), EXIT.failed);
  const met = judged.flatMap(({ report, expected }) =>
    reasonsMet(reasons, report, expected).map((reason) => `${report.environment}: ${reason}`),
  );
  if (met.length > 0) throw new CommandError(`--fail-on: ${met.join(", ")}`, EXIT.demanded);
}

/** If config has problems, no allowances count, and the review still works. */
function intentsWithAllowances(): readonly Intent[] {
  if (!existsSync(join(CONFIG, "..", ALLOWANCES_FILE))) return [];
  const loaded = loadIntents(CONFIG);
  return loaded.ok ? loaded.intents : [];
}
