import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { type Fixture, fixture, modelOf } from "../../../fixtures/plans/fixture";
import { planned } from "../../../fixtures/plans/synthetic";

/** A plan after a person has deleted this object: the refresh did not find it, and the plan makes it again. */
function deleted(address: string): Fixture {
  const { plan, ...rest } = fixture("nothing-changed");
  const root = plan.prior_state?.values?.root_module;
  const found = root?.resources?.find((each) => each.address === address);
  if (found?.values === undefined) throw new Error(`no ${address}`);
  const changed: PlanJson = {
    ...plan,
    resource_changes: [
      ...(plan.resource_changes ?? []).filter((each) => each.address !== address),
      planned(address, { actions: ["create"], before: null, after: found.values }),
    ],
    resource_drift: [planned(address, { actions: ["delete"], before: found.values, after: null })],
    prior_state: {
      values: { root_module: { ...root, resources: root?.resources?.filter((each) => each !== found) ?? [] } },
    },
  };
  return { ...rest, plan: changed };
}

test.each(["google_service_account.orders_rt", "google_service_account.orders", "aws_iam_role.orders"])(
  "the deletion of %s outside Terraform is no broader access",
  (address) => {
    const { drift, driftAccess } = modelOf(deleted(address));
    expect(drift.map((each) => each.address)).toContain(address);
    const { rows, guards } = driftAccess ?? { rows: [], guards: [] };
    expect([...rows, ...guards].filter(({ effect }) => effect === "broadened")).toEqual([]);
    expect(rows.filter(({ effect }) => effect === "narrowed")).not.toEqual([]);
  },
);
