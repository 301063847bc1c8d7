import type { FrontDoor } from "../../../../cli/verify/probe";
import { secondPlan } from "../../../../cli/verify/probes/second-plan";
import type { Verdict } from "../../../../cli/verify/verdict";

async function verdictOf(found?: readonly string[]): Promise<Verdict> {
  const differences = found === undefined ? {} : { differences: async () => found };
  const plan = secondPlan.plan(differences as FrontDoor);
  return "requests" in plan ? plan.judge([]) : plan;
}

test("a second plan that names nothing is confirmed, one that names something is refuted with its addresses", async () => {
  expect((await verdictOf([])).kind).toBe("confirmed");
  const found = Array.from({ length: 12 }, (_, index) => `aws_iam_role.r${index}`);
  expect(await verdictOf(found)).toMatchObject({
    kind: "refuted",
    seen: expect.stringMatching(/r0, .*r9, and 2 more$/),
  });
});

test("without --plan nobody plans", async () => {
  expect(await verdictOf()).toEqual({ kind: "could not tell", why: "asked only with --plan" });
});
