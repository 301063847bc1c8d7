import { lastingRefusal, readmitted } from "../../../../cli/deploy/preflight";
import { quoted } from "../../../../cli/process/shell";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { intentOf } from "../../../support/shop";

const { issuers } = intentOf("dev");

const callers = (names?: readonly string[] | string) => ({
  environment: [
    {
      variables:
        names === undefined ? {} : { REVOKED_CALLERS: typeof names === "string" ? names : JSON.stringify(names) },
    },
  ],
});

/** The last known state, the state that Terraform found, and the planned one. */
const planOf = (before: object, found: object, after: object | null, type = "aws_lambda_function") => {
  const resource = { address: `${type}.callers`, type };
  return {
    resource_drift: [{ ...resource, change: { actions: ["update"], before, after: found } }],
    resource_changes: [{ ...resource, change: { actions: ["update"], before: found, after } }],
  } as unknown as PlanJson;
};

test("an apply that does not know of a manual revocation would admit the caller again", () => {
  const plan = planOf(callers(), callers(["customers/web", "customers/desk"]), callers());
  expect(readmitted(plan, issuers)).toEqual(["customers/desk", "customers/web"]);
});

test.each([
  ["config disables it", planOf(callers(), callers(["customers/web"]), callers(["customers/web"]))],
  ["config has let it in again", planOf(callers(["customers/web"]), callers(["customers/web"]), callers())],
  ["its issuer's own list has it no longer", planOf(callers(), callers(["workforce/gone"]), callers())],
  ["nothing can be read, so everybody is refused", planOf(callers(), callers("everybody"), callers())],
  ["it is another resource", planOf(callers(), callers(["customers/web"]), callers(), "aws_iam_role")],
  ["nothing is planned that was not there", {} as PlanJson],
])("admits no caller again if %s", (_, plan) => {
  expect(readmitted(plan, issuers)).toEqual([]);
});

test.each([
  ["a client that config has no longer, or under another name", "customers/gone"],
  ["a subject that config has no longer", "aws/arn:aws:iam::111122223333:role/gone"],
  ["whom an issuer lists", "workforce/0oa1example"],
  ["a name of an issuer that is no longer there", "gone/web"],
])("%s would be admitted too, because the name counts until the code has changed", (_, name) => {
  expect(readmitted(planOf(callers(), callers([name]), callers()), issuers)).toEqual([name]);
});

test("the remedy is a client's line, or an issuer's list", () => {
  expect(lastingRefusal("dev", "customers/web", issuers)).toBe("write disabled: true at the client in config/dev.yaml");
  expect(lastingRefusal("dev", "workforce/0oa1example", issuers)).toBe(
    "remove it from issuers.workforce.clients in config/",
  );
});

test.each([
  ["customers/web", "customers/web"],
  ["aws/arn:aws:iam::111122223333:role/a", "aws/arn:aws:iam::111122223333:role/a"],
  ["auth0/auth0|abc", "'auth0/auth0|abc'"],
  ["x/it's $(rm)", "'x/it'\\''s $(rm)'"],
])("%s is quoted as %s in a shell command", (name, shown) => {
  expect(quoted(name)).toBe(shown);
});

test("removing a function, as for another handshake, admits the callers that it refused", () => {
  expect(readmitted(planOf(callers(), callers(["customers/web"]), null), issuers)).toEqual(["customers/web"]);
});
