import { readmitted } from "../../../cli/plan/readmitted";
import type { PlanJson } from "../../../review/plan/plan-json";
import { POLICY } from "../../functions/authorizer/support/policy";

const callers = (names?: readonly string[] | string) => ({
  environment: [
    {
      variables:
        names === undefined ? {} : { REVOKED_CALLERS: typeof names === "string" ? names : JSON.stringify(names) },
    },
  ],
});

/** What Terraform knew, what it found, and what it would make of it. */
const planOf = (before: object, found: object, after: object | null, type = "aws_lambda_function") => {
  const resource = { address: `${type}.callers`, type };
  return {
    resource_drift: [{ ...resource, change: { actions: ["update"], before, after: found } }],
    resource_changes: [{ ...resource, change: { actions: ["update"], before: found, after } }],
  } as unknown as PlanJson;
};

test("who was shut out by hand is let in by an apply that knows nothing of it", () => {
  const plan = planOf(callers(), callers(["customers/web", "customers/desk"]), callers());
  expect(readmitted(plan, POLICY)).toEqual(["customers/desk", "customers/web"]);
});

test.each([
  ["config disables it", planOf(callers(), callers(["customers/web"]), callers(["customers/web"]))],
  ["config has let it in again", planOf(callers(["customers/web"]), callers(["customers/web"]), callers())],
  ["the functions are to know nobody of that name", planOf(callers(), callers(["customers/gone"]), callers())],
  ["nothing can be read, so everybody is refused", planOf(callers(), callers("everybody"), callers())],
  ["it is another resource", planOf(callers(), callers(["customers/web"]), callers(), "aws_iam_role")],
  ["nothing is planned that was not there", {} as PlanJson],
])("nobody is where %s", (_, plan) => {
  expect(readmitted(plan, POLICY)).toEqual([]);
});

test("a function that goes altogether lets nobody in, but its successor might", () => {
  expect(readmitted(planOf(callers(), callers(["customers/web"]), null), POLICY)).toEqual(["customers/web"]);
});
