import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { type Fixture, fixture, modelOf } from "../../../fixtures/plans/fixture";
import { planned } from "../../../fixtures/plans/synthetic";

/** A plan after a person has deleted this object: the refresh did not find it. The plan makes it again, if it is declared. */
function deleted(address: string, { plan, ...rest } = fixture("nothing-changed"), isDeclared = true): Fixture {
  const root = plan.prior_state?.values?.root_module;
  const found = root?.resources?.find((each) => each.address === address);
  if (found?.values === undefined) throw new Error(`no ${address}`);
  const changed: PlanJson = {
    ...plan,
    resource_changes: [
      ...(plan.resource_changes ?? []).filter((each) => each.address !== address),
      ...(isDeclared ? [planned(address, { actions: ["create"], before: null, after: found.values })] : []),
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

test("the policy of a client's secret is no lost protection if the secret was deleted outside Terraform", () => {
  const secret = "aws_secretsmanager_secret.support_desk";
  const { access, drift } = modelOf(deleted(secret, fixture("client-removed"), false));
  expect(drift.map(({ address }) => address)).toEqual([secret]);
  expect([...access.rows, ...access.guards].filter(({ effect }) => effect !== "narrowed")).toEqual([]);
});

test("the policy of a secret that is still there is a protection, whatever else was deleted", () => {
  const { plan, ...rest } = deleted("google_service_account.orders_rt");
  const address = "aws_secretsmanager_secret_policy.reporting_agent";
  const values = plan.prior_state?.values?.root_module?.resources?.find((each) => each.address === address)?.values;
  const others = plan.resource_changes?.filter((each) => each.address !== address) ?? [];
  const lost = planned(address, { actions: ["delete"], before: values, after: null });
  const { guards } = modelOf({ ...rest, plan: { ...plan, resource_changes: [...others, lost] } }).access;
  expect(guards).toContainEqual({ effect: "broadened", address, guard: "@presence", before: "true", after: "false" });
});
