import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { isAllToLatest, targetsOf } from "../../packages/terraform-access-review/terraform-json/rollout";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { revisionOf, servicesOf } from "../plan/revisions";
import { askingShell, type Shell } from "../process/shell";

/** Time limit of one query, in seconds. */
const SECONDS = 15;

/**
 * Alarms of services that are on, where the plan sends more calls to the new image. Uses the user's own `aws`. If the
 * alarms cannot be read, that counts as one that is on.
 */
export async function alarmsAgainst(
  plan: PlanJson,
  region: string,
  shell: (...question: Parameters<Shell>) => ReturnType<Shell> | Promise<ReturnType<Shell>> = askingShell,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { address, before, after } of servicesOf(plan)) {
    const own = revisionOf(after);
    if (own === undefined || shareOf(after, own) <= shareOf(before, own)) continue;
    const prefix = `${after.name}-slo-`;
    console.error(`${address}: asking AWS whether an alarm ${prefix}… is on`);
    const { code, out, error } = await shell(
      "aws",
      [...DESCRIBE, "--alarm-name-prefix", prefix, "--region", region],
      SECONDS,
    );
    if (code !== 0) {
      found.push(
        `${address}: its alarms cannot be read: ${error.trim().split("\n").at(-1)}\n    allow cloudwatch:DescribeAlarms`,
      );
      continue;
    }
    const { MetricAlarms = [], CompositeAlarms = [] } = JSON.parse(out) as Readonly<Record<string, readonly Alarm[]>>;
    for (const { AlarmName } of [...CompositeAlarms, ...MetricAlarms]) {
      found.push(
        `${address}: the alarm ${AlarmName} is on\n    wait until it is off, or abort with rollout.percent: 0, which no alarm holds up`,
      );
    }
  }
  return found;
}

const DESCRIBE = [
  ...["cloudwatch", "describe-alarms", "--state-value", "ALARM"],
  ...["--alarm-types", "CompositeAlarm", "MetricAlarm", "--output", "json"],
];

interface Alarm {
  readonly AlarmName: string;
}

/** Percent of a service's calls that go to a revision. */
function shareOf(service: Attributes, revision: string): number {
  if (isAllToLatest(service.traffic)) return revisionOf(service) === revision ? 100 : 0;
  return Number(targetsOf(service.traffic).find((target) => target.revision === revision)?.percent ?? 0);
}
