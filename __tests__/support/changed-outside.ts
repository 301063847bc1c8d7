import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import { changeOfPlan } from "../../packages/terraform-access-review/plan/from-plan";
import { type PlanJson, type StateResource, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { fixture } from "../fixtures/plans/fixture";

/** A change outside Terraform, of one object of a deployed environment that config still declares as before. */
export interface OutsideChange {
  readonly address: string;
  /** Returns the attributes that were changed; `"deleted"` for the whole object. */
  readonly change: ((values: Attributes) => Attributes) | "deleted";
  /** The plan does not change it back, because nothing declares it. */
  readonly stays?: true;
  /** Terraform's marks of sensitive values in the object. */
  readonly sensitive?: unknown;
}

/**
 * The review of a plan after such a change: as Terraform reports it, with the change as drift, and the plan to undo it.
 *
 * @param direction `undone`: the last apply left the changed values, and the object was made as config declares it
 */
export function changedOutside(
  name: string,
  { address, change, stays, sensitive }: OutsideChange,
  direction: "made" | "undone" = "made",
): ChangeModel {
  const { plan, ...states } = fixture(name);
  const resources = stateOf(plan);
  const object = resources.find((each) => each.address === address);
  if (object === undefined) throw new Error(`${name} has no ${address}`);
  const { type, values = {} } = object;
  const other = change === "deleted" ? null : { ...values, ...change(values) };
  const [recorded, found] = direction === "made" ? [values, other] : [other, values];
  const isBack = direction === "undone" || stays === true;
  return changeOfPlan("dev", withDrift(plan, object, { type, recorded, found, isBack, sensitive }), states);
}

interface Drift {
  readonly type: string;
  readonly recorded: Attributes | null;
  readonly found: Attributes | null;
  /** Nothing is left to change. */
  readonly isBack: boolean;
  readonly sensitive: unknown;
}

function withDrift(
  plan: PlanJson,
  object: StateResource,
  { type, recorded, found, isBack, sensitive }: Drift,
): PlanJson {
  const { address } = object;
  const actions = (before: unknown, after: unknown) => [
    before === null ? "create" : after === null ? "delete" : "update",
  ];
  const marks = { before_sensitive: sensitive, after_sensitive: sensitive };
  const drift = { actions: actions(recorded, found), before: recorded, after: found, ...marks };
  const repair = isBack
    ? { actions: ["no-op"], before: found, after: found, ...marks }
    : { actions: actions(found, object.values), before: found, after: object.values, ...marks };
  const others = stateOf(plan).filter((each) => each.address !== address);
  const here = found === null ? [] : [{ ...object, values: found, sensitive_values: sensitive }];
  return {
    ...plan,
    prior_state: { values: { root_module: { resources: [...others, ...here] } } },
    resource_drift: [{ address, type, mode: "managed", change: drift }],
    resource_changes: (plan.resource_changes ?? []).map((each) =>
      each.address === address ? { ...each, change: repair } : each,
    ),
  };
}
