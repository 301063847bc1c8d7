import { missingRoles } from "../../../../cli/plan/refused-halfway";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { intentOf } from "../../../support/shop";

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

const intent = intentOf("dev");
const [deployer = ""] = intent.aws.deployers;
const name = deployer.slice(deployer.lastIndexOf("/") + 1);

const planOf = (action: string): PlanJson => ({
  format_version: "1.2",
  resource_changes: [
    {
      ...{ address: "aws_secretsmanager_secret_policy.x", type: "aws_secretsmanager_secret_policy", mode: "managed" },
      change: { actions: [action], after: { policy: JSON.stringify(intent.aws.deployers) } },
    },
  ],
});

/** The findings, and the roles that AWS was asked for. */
async function asked(answer: (role: string) => { code: number; error: string }, action = "create") {
  const roles: string[] = [];
  const lines = await missingRoles(intent, planOf(action), (program, args) => {
    const role = args[args.indexOf("--role-name") + 1] ?? "";
    roles.push(`${program} ${role}`);
    return { out: "", ...answer(role) };
  });
  return { roles, missing: lines.map((line) => line.split(" ")[0]) };
}

test("reports a role that a planned policy names and that does not exist", async () => {
  const noSuch = (role: string) => (role === name ? { code: 254, error: "(NoSuchEntity)" } : { code: 0, error: "" });
  expect(await asked(noSuch)).toEqual({
    missing: [deployer],
    roles: intent.aws.deployers.map((arn) => `aws ${arn.slice(arn.lastIndexOf("/") + 1)}`),
  });
});

test("reports nothing without the permission, and calls aws only once without credentials", async () => {
  expect((await asked(() => ({ code: 254, error: "AccessDenied" }))).missing).toEqual([]);
  expect(await asked(() => ({ code: 255, error: "Unable to locate credentials" }))).toEqual({
    missing: [],
    roles: [`aws ${name}`],
  });
});

test("does not look up roles of unchanged resources", async () => {
  expect((await asked(() => ({ code: 0, error: "" }), "no-op")).roles).toEqual([]);
});
