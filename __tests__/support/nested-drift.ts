import { Deployed } from "../../packages/terraform-access-review/plan/deployed";
import { driftOf } from "../../packages/terraform-access-review/plan/drift";
import { type PlanJson, type StateResource, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { fixture } from "../fixtures/plans/fixture";
import { changesWithin, isNamed, type ObjectChange } from "./nested-changes";

/** Applied stacks of every kind, with a plan that changes nothing. */
export const APPLIED = ["nothing-changed", "rest-unchanged", "envoy-unchanged"];

interface Case extends ObjectChange {
  readonly object: StateResource;
}

/** One change of each kind in each place of each type, in an applied stack. Returns those whose drift the review does not name. */
export function nestedDrift(name: string) {
  const { plan, head } = fixture(name);
  const bodyOf = bodiesOf(name);
  const deployed = new Deployed(plan, head.stack, plan.resource_changes ?? [], head.stack);
  const drifted = ({ address, type, values }: StateResource, set: Attributes): readonly string[] => {
    const change = { actions: ["update"], before: values, after: { ...values, ...set } };
    const json: PlanJson = { ...plan, resource_drift: [{ address, type, mode: "managed", change }] };
    return driftOf(json, deployed, bodyOf).flatMap(({ change }) => change.attributes.map(({ path }) => path));
  };
  const cases = onePerPlace(appliedCases(name));
  const missed = cases.flatMap(({ object, attribute, path, kind, value }) => {
    const found = drifted(object, { [attribute]: value });
    return isNamed(path, found) ? [] : [`${object.address} ${path} ${kind}: got ${found.join()}`];
  });
  return { cases: cases.length, missed };
}

/** Every change within a declared attribute of an applied stack. */
export function appliedCases(name: string): readonly Case[] {
  const bodyOf = bodiesOf(name);
  return stateOf(fixture(name).plan).flatMap((object) =>
    changesWithin(object, bodyOf(object.address) ?? {}).map((change) => ({ object, ...change })),
  );
}

function bodiesOf(name: string) {
  const { resource } = fixture(name).head.stack;
  return (address: string): Attributes | undefined => {
    const [type = "", id = ""] = address.split(".");
    return resource[type]?.[id] as Attributes | undefined;
  };
}

function onePerPlace(cases: readonly Case[]): readonly Case[] {
  return [...new Map(cases.map((each) => [`${each.object.type} ${each.path} ${each.kind}`, each])).values()];
}
