import type { ExpectedChange } from "../../intent/model/intent";
import { formatProblem } from "../../intent/model/problem";
import {
  expectedSentences,
  type FailOn,
  reasonsIn,
  reasonsMet,
} from "../../packages/terraform-access-review/render/fail-on";
import type { Report } from "../../packages/terraform-access-review/render/report";
import { CommandError, EXIT, projectError, usageError } from "../process/command-error";

/**
 * Sets exit code 2 if a report has a change that `--fail-on` names and `config/allowances.yaml` does not expect.
 * Sets 1 if an allowance has expired or is unused.
 *
 * @param allowancesOf the changes that config expects in an environment
 */
export function demandApproval(
  reports: readonly Report[],
  reasons: readonly FailOn[],
  allowancesOf: (environment: string) => readonly ExpectedChange[],
): void {
  const today = new Date().toISOString().slice(0, 10);
  const judged = reports.map((report) => ({
    report,
    ...expectedIn(report, allowancesOf(report.environment), today),
  }));
  const faults = judged.flatMap((each) => each.faults);
  if (faults.length > 0) throw projectError(faults.join("\n"));
  const met = judged.flatMap(({ report, expected }) =>
    reasonsMet(reasons, report, expected).map((reason) => `${report.environment}: ${reason}`),
  );
  if (met.length > 0) throw new CommandError(`--fail-on: ${met.join(", ")}`, EXIT.demanded);
}

/** The reasons of `--fail-on`: `broadened,destroy`. */
export function failOn(text: string | undefined): readonly FailOn[] {
  try {
    return reasonsIn(text);
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

/**
 * The changes that were allowed beforehand, and the problems of the allowances. An allowance that has expired, or that
 * nothing in the report needs, would silently cover the next change.
 *
 * @param today `2026-11-25`, in UTC
 */
function expectedIn(report: Report, allowances: readonly ExpectedChange[], today: string) {
  const changes = expectedSentences.all(report);
  const faults = allowances.flatMap(({ change, expires, owner, place }) => {
    const fault = (end: string, remedy: string) =>
      formatProblem({ ...place, message: `allows ${report.environment} ${JSON.stringify(change)}${end}`, remedy });
    if (expires < today) return [fault(` until ${expires}`, `remove the entry, or ask ${owner} for another`)];
    if (changes.includes(change)) return [];
    const routes = expectedSentences.inLine(report, change);
    if (routes.length > 0)
      return [fault(", which does not name one change", `write one entry for each: ${JSON.stringify(routes)}`)];
    const longer = changes.find((each) => each.startsWith(`${change}: `));
    const remedy =
      longer === undefined
        ? "remove the entry, or correct it to one of the report's own sentences"
        : `which condition is expected? ${JSON.stringify(longer)}`;
    return [fault(", which does not happen", remedy)];
  });
  return { expected: allowances.map(({ change }) => change), faults };
}
