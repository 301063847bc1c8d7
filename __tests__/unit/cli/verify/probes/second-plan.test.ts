import { CommandError, EXIT } from "../../../../../cli/process/command-error";
import type { Verdict } from "../../../../../cli/verify/deployed/verdict";
import type { FrontDoor } from "../../../../../cli/verify/probes/probe";
import { secondPlan } from "../../../../../cli/verify/probes/second-plan";

async function verdictOf(found?: readonly string[]): Promise<Verdict> {
  return verdictWith(found === undefined ? undefined : async () => found);
}

async function verdictWith(differences: FrontDoor["differences"]): Promise<Verdict> {
  const door = { deployment: { environment: "dev" }, ...(differences && { differences }) } as FrontDoor;
  const plan = secondPlan.plan(door);
  return "requests" in plan ? plan.judge([]) : plan;
}

test("an empty second plan is confirmed, and any other is refuted with its addresses", async () => {
  expect((await verdictOf([])).kind).toBe("confirmed");
  const found = Array.from({ length: 12 }, (_, index) => `aws_iam_role.r${index}`);
  expect(await verdictOf(found)).toMatchObject({
    kind: "refuted",
    seen: expect.stringMatching(/r0, .*r9, and 2 more$/),
  });
});

test("does not plan without --plan", async () => {
  expect(await verdictOf()).toEqual({ kind: "could not tell", why: "this probe needs --plan" });
});

test("a failed plan gives its reason, and refutes nothing", async () => {
  const failed = () => Promise.reject(new CommandError("dev: the state is locked", EXIT.failed));
  expect(await verdictWith(failed)).toEqual({ kind: "could not tell", why: "dev: the state is locked" });
  const fault = () => Promise.reject(new TypeError("x"));
  await expect(verdictWith(fault)).rejects.toThrow(TypeError);
});
