import { terminalReport } from "../../../../packages/terraform-access-review/formats";
import { readPlan } from "../../../../packages/terraform-access-review/plan/read";
import { MOST_CHARACTERS, markdownReport } from "../../../../packages/terraform-access-review/render/markdown";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { longPlan, rolesPlan } from "../../../fixtures/plans/large";
import { changeOf } from "../../../fixtures/plans/synthetic";

test("five thousand changes of roles are reported within one GitHub comment", () => {
  const report = reportOf(changeOf(readPlan(rolesPlan(2500))));
  expect(report.verdict.counts).toEqual({ changed: 2500, destroyed: 2500 });
  const [comment = ""] = markdownReport(report, { whole: "here" });
  expect(comment.length).toBeLessThanOrEqual(MOST_CHARACTERS);
});

test("a plan of fifty megabytes is read and reported, and the report is no larger for it", () => {
  const text = longPlan(500, 50_000);
  expect(text.length).toBeGreaterThan(50_000_000);
  const report = reportOf(changeOf(readPlan(text)));
  expect(report.verdict.counts).toEqual({ changed: 500 });
  expect(terminalReport(report).length).toBeLessThan(2_000_000);
});
