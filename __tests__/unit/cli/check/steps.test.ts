import { type Obstacles, stepsOf } from "../../../../cli/check/steps";
import type { Intent } from "../../../../intent/model/intent";

const intent = (environment: string, ...verified: readonly boolean[]) =>
  ({ environment, services: verified.map((verifiesCallerToken) => ({ verifiesCallerToken })) }) as unknown as Intent;
const INTENTS = [intent("dev", false, false), intent("preview", false, true)];

const NOTHING: Obstacles = {
  registry: () => undefined,
  envoy: () => undefined,
  scanners: () => undefined,
  actionlint: () => undefined,
  zizmor: () => undefined,
};

/** Names of the steps that are skipped if one tool is missing. */
function skippedWithout(missing: keyof Obstacles): readonly string[] {
  return stepsOf(INTENTS, { ...NOTHING, [missing]: () => "since it is not here" })
    .filter(({ obstacle }) => obstacle?.() === "since it is not here")
    .map(({ name }) => name);
}

test.each<[keyof Obstacles, readonly string[]]>([
  ["envoy", ["access.md of preview, by behaviour"]],
  ["scanners", ["scanners"]],
  ["actionlint", ["workflows, by actionlint"]],
  ["zizmor", ["workflows, by zizmor"]],
])("a machine without %s skips only the steps that need it", (missing, skipped) => {
  expect(skippedWithout(missing)).toEqual(skipped);
});

test("runs each environment's matrix against its own ledger, with the declared Node if it can be downloaded", () => {
  const commands = (registry: () => string | undefined) =>
    stepsOf(INTENTS, { ...NOTHING, registry })
      .map(({ npm }) => npm.join(" "))
      .filter((command) => command.includes("--matrix"));
  expect(commands(() => undefined)).toEqual([
    "run local -- dev --matrix --declared-node",
    "run local -- preview --matrix --declared-node",
  ]);
  expect(commands(() => "offline")).toEqual(["run local -- dev --matrix", "run local -- preview --matrix"]);
});

test("runs the unit tests first, and every tier once", () => {
  const steps = stepsOf(INTENTS, NOTHING);
  expect(steps.filter(({ first }) => first).map(({ npm }) => npm)).toEqual([["test"]]);
  const tiers = steps.filter(({ jest }) => jest).map(({ npm }) => npm.filter((word) => word !== "run"));
  expect(tiers).toEqual([["test"], ["test:system"], ["test:component"]]);
});
