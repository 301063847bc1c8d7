import { assertRevokedMeanwhile } from "../../../../cli/deploy/preflight";
import type { Planned } from "../../../../cli/plan/planner";
import { intentOf } from "../../../support/shop";

const intent = intentOf("dev");
const FUNCTION = { address: "aws_lambda_function.callers", type: "aws_lambda_function" };
const list = (...names: readonly string[]) => ({
  environment: [{ variables: names.length === 0 ? {} : { REVOKED_CALLERS: JSON.stringify(names) } }],
});

/** An applied plan, which may have changed the alias. */
const applied = (action: "update" | "no-op") =>
  ({
    intent,
    plan: {
      resource_changes: [
        { ...FUNCTION, change: { actions: ["update"] } },
        { address: "aws_lambda_alias.callers", type: "aws_lambda_alias", change: { actions: [action] } },
      ],
    },
  }) as unknown as Planned;

/** A planner that finds these names on the function's list after the apply. */
function finding(...names: readonly string[]) {
  const asked: (readonly string[])[] = [];
  const removed: string[] = [];
  const change = { actions: ["update"], before: list(), after: list(...names) };
  const plan = {
    resource_drift: names.length === 0 ? [] : [{ ...FUNCTION, change }],
    resource_changes: [{ ...FUNCTION, change: { actions: ["update"], before: list(...names), after: list() } }],
  };
  const make = async (_: string, options: readonly string[]) => {
    asked.push(options);
    return { intent, plan } as unknown as Planned;
  };
  const folder = { remove: (name: string) => removed.push(name) };
  return { planner: { environment: "dev", folder, make } as never, asked, removed };
}

test("reports a caller that was revoked while an apply waited to move the alias, with the remedy", async () => {
  const { planner, asked, removed } = finding("customers/web");
  await expect(assertRevokedMeanwhile(planner, applied("update"))).rejects.toThrow(
    "    shut it out again: npx front-door revoke dev customers/web\ndev: every change was applied",
  );
  expect([asked, removed]).toEqual([[["-lock=false", `-target=${FUNCTION.address}`]], ["revoked"]]);
});

test("an apply that moved the alias succeeds if the function has no list", async () => {
  await expect(assertRevokedMeanwhile(finding().planner, applied("update"))).resolves.toBeUndefined();
});

test("an apply that moved no alias makes no second plan", async () => {
  const { planner, asked } = finding("customers/web");
  await expect(assertRevokedMeanwhile(planner, applied("no-op"))).resolves.toBeUndefined();
  expect(asked).toEqual([]);
});
