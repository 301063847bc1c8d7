import { changeOfStacks } from "../../../../packages/terraform-access-review/change/from-stacks";
import { NOTHING } from "../../../../packages/terraform-access-review/model/state";
import { digest } from "../../../../packages/terraform-access-review/report/digest";
import { reportOf } from "../../../../packages/terraform-access-review/report/report";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { dev } from "../../../support/synthesized-states";

test("a grant that is not named is counted, broader and narrower apart", () => {
  expect(digest(reportOf(modelOf(fixture("trust-drifted"))))).toEqual([
    "1 changed",
    "- any principal is no longer allowed sts:AssumeRole (trust policy) on role storefront-dev-orders",
    "+ 1 grant between cloud resources",
    "1 drifted, changed outside Terraform",
    "changes in IAM 1",
  ]);
});

test.each([
  ["a new environment", changeOfStacks("dev", NOTHING, dev)],
  ["another handshake", modelOf(fixture("handshake-switched"))],
])("%s has at most 15 lines, and says what it leaves out", (_, model) => {
  const lines = digest(reportOf(model));
  expect(lines.length).toBeLessThanOrEqual(15);
  expect(lines).toContainEqual(expect.stringMatching(/^and \d+ more changes of access$/));
});
