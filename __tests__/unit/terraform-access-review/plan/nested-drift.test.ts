import { Deployed } from "../../../../packages/terraform-access-review/plan/deployed";
import { driftOf } from "../../../../packages/terraform-access-review/plan/drift";
import {
  type PlanJson,
  type StateResource,
  stateOf,
} from "../../../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { fixture } from "../../../fixtures/plans/fixture";
import { changesWithin, isNamed } from "../../../support/nested-changes";

/** Every kind of stack, applied, with a plan that changes nothing. */
const STACKS = ["nothing-changed", "rest-unchanged", "envoy-unchanged"];

test.each(STACKS)("%s: each change within a declared attribute is drift, by its name", (name) => {
  const { plan, head } = fixture(name);
  const bodyOf = (address: string): Attributes | undefined => {
    const [type = "", id = ""] = address.split(".");
    return head.stack.resource[type]?.[id] as Attributes | undefined;
  };
  const deployed = new Deployed(plan, head.stack, plan.resource_changes ?? [], head.stack);
  const drifted = ({ address, type, values }: StateResource, set: Attributes): readonly string[] => {
    const change = { actions: ["update"], before: values, after: { ...values, ...set } };
    const json: PlanJson = { ...plan, resource_drift: [{ address, type, mode: "managed", change }] };
    return driftOf(json, deployed, bodyOf).flatMap((each) => each.attributes.map(({ path }) => path));
  };
  const cases = stateOf(plan).flatMap((object) =>
    changesWithin(object, bodyOf(object.address) ?? {}).map((change) => ({ object, ...change })),
  );
  expect(cases.length).toBeGreaterThan(1000);
  const missed = cases.flatMap(({ object, attribute, path, kind, value }) => {
    const found = drifted(object, { [attribute]: value });
    return isNamed(path, found) ? [] : [`${object.address} ${path} ${kind}: got ${found.join()}`];
  });
  expect(missed).toEqual([]);
});
