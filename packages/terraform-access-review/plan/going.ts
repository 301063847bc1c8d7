import type { ResourceChange } from "../model/change";
import { type Attributes, isFields, isUnset } from "../terraform-json/stack-json";
import { typeOf } from "../types";
import { actionOf } from "./actions";
import { type PlanJson, type StateResource, stateOf } from "./plan-json";
import { own } from "./shape";

/**
 * The drift, with each object of which its cloud says that it is gone, will be, or does not work. Read from the state,
 * not from what this refresh changed: a later refresh finds the same value, and reports no difference.
 */
export function withGoing(
  drift: readonly ResourceChange[],
  plan: PlanJson,
  bodyOf: (address: string) => Attributes | undefined,
): readonly ResourceChange[] {
  const removed = new Set(
    (plan.resource_changes ?? [])
      .filter((each) => ["destroyed", "forgotten"].includes(actionOf(each) ?? ""))
      .map(({ address }) => address),
  );
  const going = stateOf(plan).flatMap((object): readonly ResourceChange[] => {
    const { address, type, values = {} } = object;
    const states = removed.has(address) ? [] : statesOf(object, bodyOf(address));
    if (states.length === 0) return [];
    const { loss, restore } = typeOf(type);
    const attributes = drift.find((each) => each.address === address)?.attributes ?? [];
    const reason = [...states, ...(restore === undefined ? [] : [`restore it with: ${restore(values)}`])].join("; ");
    const lost = restore !== undefined && loss !== undefined ? { loss } : {};
    return [{ address, type, action: "drifted", forcedBy: [], attributes, reason, ...lost }];
  });
  const addresses = new Set(going.map(({ address }) => address));
  return [...drift.filter(({ address }) => !addresses.has(address)), ...going];
}

/** `lifecycle_state is DELETE_REQUESTED`. A value that config declares is meant. */
function statesOf({ type, values }: StateResource, body: Attributes | undefined): readonly string[] {
  return Object.entries(typeOf(type).going ?? {}).flatMap(([path, pattern]) => {
    const [attribute = "", ...steps] = path.split(".");
    if (own(body, attribute) !== undefined) return [];
    const found = valuesAt(own(values, attribute), steps).find(
      (value) => !isUnset(value) && pattern.test(String(value)),
    );
    return found === undefined ? [] : [`${path} is ${found}`];
  });
}

/** The values at a path, in each block on the way. */
function valuesAt(value: unknown, [step, ...steps]: readonly string[]): readonly unknown[] {
  if (step === undefined) return [value];
  return [value].flat().flatMap((block) => (isFields(block) ? valuesAt(own(block, step), steps) : []));
}
