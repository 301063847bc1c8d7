import type { ExpectedChange } from "../../intent/model/intent";
import { formatProblem } from "../../intent/model/problem";
import { expectable } from "../../packages/terraform-access-review/report/expectable";
import type { Report } from "../../packages/terraform-access-review/report/report";

/**
 * The changes that were allowed beforehand, and the problems of the allowances. An allowance that has expired, or that
 * nothing in the report needs, would silently cover the next change.
 *
 * @param today `2026-11-25`, in UTC
 */
export function expectedIn(report: Report, allowances: readonly ExpectedChange[], today: string) {
  const changes = expectable.all(report);
  const faults = allowances.flatMap(({ change, expires, owner, place }) => {
    const fault = (end: string, remedy: string) =>
      formatProblem({ ...place, message: `allows ${report.environment} ${JSON.stringify(change)}${end}`, remedy });
    if (expires < today) return [fault(` until ${expires}`, `remove the entry, or ask ${owner} for another`)];
    if (changes.includes(change)) return [];
    const longer = changes.find((each) => each.startsWith(`${change}: `));
    const remedy =
      longer === undefined
        ? "remove the entry, or correct it to one of the report's own sentences"
        : `which condition is expected? ${JSON.stringify(longer)}`;
    return [fault(", which does not happen", remedy)];
  });
  return { expected: allowances.map(({ change }) => change), faults };
}
