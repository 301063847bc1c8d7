import { FEWEST_ERRORS, FROM_ANNOTATION } from "../../../contract/rollout";
import type { GuardChange } from "../model/change";
import { canonical } from "../terraform-json/order";
import { imageOf, isAllToLatest, rolloutOf, targetsOf } from "../terraform-json/rollout";
import { type Attributes, blocksOf, resourcesOf, type StackJson } from "../terraform-json/stack-json";

const SERVICE = "google_cloud_run_v2_service";

/**
 * Services whose calls go to other revisions than before, except by a rollout. No row reports the behaviour of an older
 * revision: it has an older image and older rules, and possibly no Envoy.
 */
export function trafficChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, SERVICE).flatMap(({ address, type, name, attributes }): readonly GuardChange[] => {
    const was = before.resource[type]?.[name]?.traffic;
    const [former, latest] = [was, attributes.traffic].map((each) => canonical(targetsOf(each)));
    const change = { address, guard: "traffic", before: shown(was), after: shown(attributes.traffic) };
    if (former === latest || rolloutOf(attributes) !== undefined) return [];
    if (!isAllToLatest(attributes.traffic)) return [{ effect: "broadened", ...change, doubt: true }];
    return isAllToLatest(was) || isOfRollout(before.resource[type]?.[name]) ? [] : [{ effect: "narrowed", ...change }];
  });
}

/** One sentence for each rollout that starts, moves, is promoted or is aborted. */
export function rolloutNotes(before: StackJson, after: StackJson): readonly string[] {
  return resourcesOf(after, SERVICE).flatMap(({ type, name, attributes }): readonly string[] => {
    const was = before.resource[type]?.[name];
    const service = String(attributes.name);
    if (canonical(targetsOf(was?.traffic)) === canonical(targetsOf(attributes.traffic))) return [];
    const rollout = rolloutOf(attributes);
    const former = isOfRollout(was) ? was : undefined;
    if (rollout === undefined) {
      return former && isAllToLatest(attributes.traffic) ? [endOf(service, former, imageOf(attributes))] : [];
    }
    const { percent, image, from } = rollout;
    if (percent === 0 && former && imageOf(former) === image) return [aborted(service, from, image)];
    return [
      `${percent} % of calls to ${service} go to image ${image}, and ${100 - percent} % to ${from}`,
      ...(isServedBefore(attributes, was) ? [] : [refused(service, from)]),
      ...(percent === 0 ? [] : [instancesOfBoth(service, attributes), whatAlarmsSee(service, percent, after)]),
    ];
  });
}

/** Cloud Run scales each revision by itself: `template.scaling` is per revision. */
function instancesOfBoth(service: string, { template }: Attributes): string {
  const [{ scaling = undefined } = {}] = blocksOf(template);
  const [{ min_instance_count: min = 0, max_instance_count: max = undefined } = {}] = blocksOf(scaling);
  const most = max === undefined ? "no declared maximum" : `up to ${2 * Number(max)} instances`;
  return `while two revisions of ${service} run, they have ${most} and at least ${2 * Number(min)}: scaling is per revision`;
}

/** Which failures of the new image alarms can notice. Only the alarms of a service's objectives stop a rollout. */
function whatAlarmsSee(service: string, percent: number, stack: StackJson): string {
  const alarms = resourcesOf(stack, "aws_cloudwatch_composite_alarm");
  if (!alarms.some(({ attributes }) => attributes.alarm_name === `${service}-slo-slow`)) {
    return `no alarm can stop the rollout of ${service}: it has no slo`;
  }
  const calls = Math.ceil((FEWEST_ERRORS * 100) / percent);
  return (
    `with fewer than ${calls} calls to ${service} in six hours, no alarm can stop the rollout: at ${percent} %, an image ` +
    `that always fails makes fewer than ${FEWEST_ERRORS} calls fail`
  );
}

/** Whether the revision with the earlier image got calls, or would get them at its next deployment. */
function isServedBefore(service: Attributes, was: Attributes | undefined): boolean {
  const known = [revisionOf(was), ...targetsOf(was?.traffic).map(({ revision }) => revision)];
  return targetsOf(service.traffic).every(
    ({ revision }) => revision === revisionOf(service) || known.includes(revision),
  );
}

function revisionOf(service: Attributes | undefined): unknown {
  return blocksOf(service?.template)[0]?.revision;
}

function refused(service: string, from: string): string {
  return (
    `deploy will refuse the rollout of ${service}: before this change, ${from} did not run with these settings and ` +
    "rollout: { percent: 100 }. Deploy that first, and change settings before or after a rollout"
  );
}

function endOf(service: string, former: Attributes, image: string): string {
  if (image === former.annotations?.[FROM_ANNOTATION]) return aborted(service, image, imageOf(former));
  const promoted = image === imageOf(former) ? "its rollout is promoted" : "without a rollout";
  return `100 % of calls to ${service} go to image ${image}: ${promoted}`;
}

function aborted(service: string, from: string, image: string): string {
  return `100 % of calls to ${service} go to image ${from}: the rollout of ${image} is aborted`;
}

/** The content of a deployed service is not known here, so its annotation decides. */
function isOfRollout(service: Attributes | undefined): service is Attributes {
  return service?.annotations?.[FROM_ANNOTATION] !== undefined && !isAllToLatest(service.traffic);
}

function shown(traffic: unknown): string {
  return targetsOf(traffic).length === 0 ? "not set" : canonical(targetsOf(traffic));
}
