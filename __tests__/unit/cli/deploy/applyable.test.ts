import { isApplyable } from "../../../../cli/deploy/apply";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";

const noOp = { address: "aws_iam_role.a", type: "aws_iam_role", change: { actions: ["no-op"] } };
const plan = (parts: Partial<PlanJson>): PlanJson => ({ format_version: "1.2", ...parts });

test("takes Terraform's own word on whether a plan can be applied", () => {
  const update = { ...noOp, change: { actions: ["update"] } };
  expect([true, false].map((applyable) => isApplyable(plan({ applyable, resource_changes: [update] })))).toEqual([
    true,
    false,
  ]);
});

test("an OpenTofu plan can be applied if it changes a resource, an output or an address, or imports", () => {
  const cases: readonly (readonly [Partial<PlanJson>, boolean])[] = [
    [{}, false],
    [{ resource_changes: [noOp], output_changes: { url: { actions: ["no-op"] } } }, false],
    [{ resource_changes: [noOp], output_changes: { url: { actions: ["update"] } } }, true],
    [{ resource_changes: [{ ...noOp, change: { actions: ["delete", "create"] } }] }, true],
    [{ resource_changes: [{ ...noOp, previous_address: "aws_iam_role.b" }] }, true],
    [{ resource_changes: [{ ...noOp, change: { actions: ["no-op"], importing: { id: "a" } } }] }, true],
  ];
  expect(cases.map(([parts]) => isApplyable(plan(parts)))).toEqual(cases.map(([, expected]) => expected));
});
