import { FEWEST_ERRORS, FROM_ANNOTATION } from "../../../contract/rollout";
import type { GuardChange, RolloutNote } from "../model/change";
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

/** Notes on each rollout that starts, moves, is promoted or is aborted. */
export function rolloutNotes(before: StackJson, after: StackJson): readonly RolloutNote[] {
  return resourcesOf(after, SERVICE).flatMap(({ type, name, attributes }): readonly RolloutNote[] => {
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
      { kind: "rollout-moves", service, percent, image, from },
      ...(isServedBefore(attributes, was) ? [] : [{ kind: "rollout-refused", service, from } as const]),
      ...(percent === 0 ? [] : [instancesOfBoth(service, attributes), whatAlarmsSee(service, percent, after)]),
    ];
  });
}

/** Cloud Run scales each revision by itself: `template.scaling` is per revision. */
function instancesOfBoth(service: string, { template }: Attributes): RolloutNote {
  const [{ scaling = undefined } = {}] = blocksOf(template);
  const [{ min_instance_count: min = 0, max_instance_count: max = undefined } = {}] = blocksOf(scaling);
  const fewest = 2 * Number(min);
  return { kind: "rollout-instances", service, fewest, ...(max !== undefined && { most: 2 * Number(max) }) };
}

/** Which failures of the new image alarms can notice. Only the alarms of a service's objectives stop a rollout. */
function whatAlarmsSee(service: string, percent: number, stack: StackJson): RolloutNote {
  const alarms = resourcesOf(stack, "aws_cloudwatch_composite_alarm");
  if (!alarms.some(({ attributes }) => attributes.alarm_name === `${service}-slo-slow`)) {
    return { kind: "rollout-without-slo", service };
  }
  const calls = Math.ceil((FEWEST_ERRORS * 100) / percent);
  return { kind: "rollout-unwatched", service, calls, percent, errors: FEWEST_ERRORS };
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

function endOf(service: string, former: Attributes, image: string): RolloutNote {
  if (image === former.annotations?.[FROM_ANNOTATION]) return aborted(service, image, imageOf(former));
  return { kind: "rollout-ended", service, image, isPromoted: image === imageOf(former) };
}

function aborted(service: string, from: string, image: string): RolloutNote {
  return { kind: "rollout-aborted", service, from, image };
}

/** The content of a deployed service is not known here, so its annotation decides. */
function isOfRollout(service: Attributes | undefined): service is Attributes {
  return service?.annotations?.[FROM_ANNOTATION] !== undefined && !isAllToLatest(service.traffic);
}

function shown(traffic: unknown): string {
  return targetsOf(traffic).length === 0 ? "not set" : canonical(targetsOf(traffic));
}
