import { FROM_ANNOTATION } from "../../contract/rollout";
import { BURN_RATES } from "../../intent/model/slo";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { imageOf, isAllToLatest, targetsOf } from "../../packages/terraform-access-review/terraform-json/rollout";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { revisionOf, servicesOf } from "../plan/revisions";
import { jsonIn } from "../process/json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";

/** Time limit of one query, in seconds. */
const SECONDS = 15;

/**
 * Composite alarms that are on, of services whose rollout sends more calls to the new image. The alarms of single
 * windows do not count, because they have no topics. Uses the user's own `aws`. If the alarms cannot be read, that
 * counts as an alarm that is on.
 */
export async function alarmsAgainst(
  plan: PlanJson,
  region: string,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly string[]> {
  const existing = alarmsIn(plan);
  const found: string[] = [];
  for (const { address, before, after } of servicesOf(plan)) {
    // Exact names: the alarms of a service `orders-slo-x` start like those of `orders`.
    const names = BURN_RATES.map(({ id }) => `${after.name}-slo-${id}`).filter((name) => existing.has(name));
    if (names.length === 0 || !movesCalls(before, after)) continue;
    console.error(`${address}: asking AWS whether ${names.join(" or ")} is on`);
    const { code, out, error } = await shell("aws", [...DESCRIBE, ...names, "--region", region], SECONDS);
    const states = code === 0 ? statesOf(out) : new Map();
    const unread = names.filter((name) => !states.has(name));
    if (unread.length > 0) {
      const why = error.trim().split("\n").at(-1) || `aws does not return ${unread.join(" and ")}`;
      found.push(
        `${address}: its alarms cannot be read: ${why}\n    deploy needs the command aws, signed in, and cloudwatch:DescribeAlarms on *`,
      );
    }
    for (const name of names.filter((each) => states.get(each) === "ALARM")) {
      found.push(
        `${address}: the alarm ${name} is on\n    wait until it is off, or abort with rollout.percent: 0, which no alarm holds up`,
      );
    }
  }
  return found;
}

/** AWS leaves composite alarms out, without an error, where the caller may describe only some alarms. */
const DESCRIBE = [
  ...["cloudwatch", "describe-alarms", "--output", "json"],
  ...["--alarm-types", "CompositeAlarm", "--alarm-names"],
];

interface Alarms {
  readonly CompositeAlarms?: readonly { readonly AlarmName: string; readonly StateValue: string }[];
}

/** States by the alarm's name; empty if the text is not an answer of `aws`. */
function statesOf(out: string): ReadonlyMap<string, string> {
  const { CompositeAlarms = [] }: Alarms = jsonIn(out) ?? {};
  return new Map(CompositeAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
}

/** Names of the composite alarms that exist before the apply. */
function alarmsIn({ resource_changes = [] }: PlanJson): ReadonlySet<unknown> {
  const alarms = resource_changes.filter(({ type }) => type === "aws_cloudwatch_composite_alarm");
  return new Set(alarms.map(({ change }) => (change.before as Attributes | null | undefined)?.alarm_name));
}

/**
 * Whether the apply starts, advances or ends a rollout, and the declared image gets more calls. A return to the previous
 * image never counts. A new image that gets all calls immediately is no rollout.
 */
function movesCalls(before: Attributes, after: Attributes): boolean {
  if (isAllToLatest(before.traffic) && isAllToLatest(after.traffic)) return false;
  const image = imageOf(after);
  return image !== before.annotations?.[FROM_ANNOTATION] && shareOf(after, image) > shareOf(before, image);
}

/** Percent of a service's calls that go to an image. */
function shareOf(service: Attributes, image: string): number {
  if (isAllToLatest(service.traffic)) return imageOf(service) === image ? 100 : 0;
  if (imageOf(service) !== image) return 0;
  return Number(targetsOf(service.traffic).find(({ revision }) => revision === revisionOf(service))?.percent ?? 0);
}
