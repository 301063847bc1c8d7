import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { NOTHING } from "../../../../packages/terraform-access-review/model/state";
import { digest } from "../../../../packages/terraform-access-review/render/digest";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { dev } from "../../../support/synthesized-states";

test("unnamed grants are counted, broader and narrower ones separately", () => {
  expect(digest(reportOf(modelOf(fixture("trust-drifted"))))).toEqual([
    "1 changed",
    "- any principal is no longer allowed sts:AssumeRole (trust policy) on role storefront-dev-orders",
    "+ 1 grant between cloud resources",
    "1 drifted, changed outside Terraform, which broadened access",
    "changes in IAM 1",
  ]);
});

test.each([
  ["neither", "1 drifted, changed outside Terraform"],
  ["narrowed", "1 drifted, changed outside Terraform"],
  ["unjudged", "1 drifted, changed outside Terraform, and a person judges whether that broadened access"],
  ["broadened", "1 drifted, changed outside Terraform, which broadened access"],
] as const)("drift whose access is %s has its own ending", (effect, line) => {
  const model = modelOf(fixture("trust-drifted"));
  const driftAccess = { rows: [], guards: [{ effect, address: "x.y", guard: "z", before: "1", after: "2" }] };
  expect(digest(reportOf({ ...model, driftAccess }))).toContain(line);
});

test.each([
  ["a new environment", changeOfStacks("dev", NOTHING, dev)],
  ["a changed handshake", modelOf(fixture("handshake-switched"))],
])("the digest of %s has at most 15 lines, and states what it omits", (_, model) => {
  const lines = digest(reportOf(model));
  expect(lines.length).toBeLessThanOrEqual(15);
  expect(lines).toContainEqual(expect.stringMatching(/^and \d+ more changes of access$/));
});
