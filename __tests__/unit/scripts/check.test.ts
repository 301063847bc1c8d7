import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizedFile } from "../../support/synthesized";
import { testAll } from "../../support/test-all";

const {
  countsOf,
  environmentStacks,
  expiringAuthorities,
  oldFacts,
  runSteps,
  stepsOf,
} = require("../../../scripts/check.cjs");

const folder = mkdtempSync(join(tmpdir(), "front-door-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Step {
  readonly name: string;
  readonly npm: readonly string[];
  readonly first?: boolean;
  readonly jest?: number;
  readonly obstacle?: () => string | undefined;
}

describe("the steps", () => {
  const synthesized = join(folder, "synthesized");
  for (const name of ["bootstrap-dev", "dev", "preview"]) {
    mkdirSync(join(synthesized, name), { recursive: true });
    writeFileSync(join(synthesized, name, "main.tf.json"), synthesizedFile(name, "main.tf.json"));
  }
  const stacks = environmentStacks(synthesized);
  const names = ["registry", "envoy", "scanners", "actionlint", "zizmor"] as const;
  const stepsWithout = (missing?: (typeof names)[number]): readonly Step[] =>
    stepsOf(stacks, Object.fromEntries(names.map((name) => [name, () => (name === missing ? "gone" : undefined)])));

  testAll<[(typeof names)[number], readonly string[]]>([
    ["registry", ["documentation site"]],
    ["envoy", ["access.md of preview, by behaviour"]],
    ["scanners", ["scanners"]],
    ["actionlint", ["workflows, by actionlint"]],
    ["zizmor", ["workflows, by zizmor"]],
  ])("a machine without %s skips only the steps that need it", (missing, skipped) => {
    const found = stepsWithout(missing).filter(({ obstacle }) => obstacle?.() === "gone");
    expect(found.map(({ name }) => name)).toEqual(skipped);
  });

  test("each environment's matrix runs against its own ledger, with the declared Node if it can be downloaded", () => {
    const commands = (missing?: "registry") =>
      stepsWithout(missing).flatMap(({ npm }) => (npm.includes("--matrix") ? [npm.slice(1).join(" ")] : []));
    expect(commands()).toEqual(["local -- dev --matrix --declared-node", "local -- preview --matrix --declared-node"]);
    expect(commands("registry")).toEqual(["local -- dev --matrix", "local -- preview --matrix"]);
  });

  test("a branch is measured against where it left the trunk, before anything runs at the same time", () => {
    const found = stepsOf(stacks, { registry: () => undefined }, "c0ffee").filter(
      ({ name }: Step) => name === "cost against the trunk",
    );
    expect(found).toEqual([
      {
        name: "cost against the trunk",
        npm: ["run", "bench", "--", "--against", "c0ffee", "--most", "1.15"],
        first: true,
      },
    ]);
  });

  test("the unit tests run first, every tier once, and two proofs", () => {
    const steps = stepsWithout();
    expect(steps.filter(({ first }) => first).map(({ npm }) => npm)).toEqual([["test"]]);
    expect(steps.filter(({ jest }) => jest).map(({ npm }) => npm.join(" "))).toEqual([
      "test",
      "run test:system",
      "run test:component",
      "run proof -- cedar iam-rs --testPathPatterns=proofs/faults/",
    ]);
  });
});

describe("a run", () => {
  /** Runs these steps. Each takes as many turns of the event loop as its name says. */
  async function ran(steps: readonly Step[], failing: readonly string[] = [], atOnce = 2) {
    const said: string[] = [];
    const run = async ({ name }: Step) => {
      for (let turns = Number(/\d+/.exec(name)?.[0] ?? 1); turns > 0; turns -= 1) await new Promise(setImmediate);
      const isBad = failing.includes(name);
      return { passed: isBad ? 0 : 1, failed: isBad ? 1 : 0, skipped: [], output: `output of ${name}` };
    };
    const outcomes = await runSteps(steps, run, { say: (line: string) => said.push(line), atOnce });
    const events = said.flatMap((line) => /^(begins|passed|FAILED) +([\w-]+)/.exec(line)?.slice(1).join(" ") ?? []);
    return { said, events, outcomes };
  }
  const step = (name: string, first = false): Step => ({ name, npm: ["run", name], first });

  test("has two steps at once, and starts the next when one of them ends", async () => {
    const { events } = await ran([step("a-9"), step("b-1"), step("c-1")]);
    expect(events).toEqual(["begins a-9", "begins b-1", "passed b-1", "begins c-1", "passed c-1", "passed a-9"]);
  });

  test("has an exclusive step alone, before all others", async () => {
    const { events } = await ran([step("a"), step("whole-5", true)]);
    expect(events).toEqual(["begins whole-5", "passed whole-5", "begins a", "passed a"]);
  });

  test("shows the output of a failed step, and still runs the others", async () => {
    const { said, outcomes } = await ran([step("a"), step("b"), step("c")], ["a"]);
    expect(said.filter((line) => line.includes("output of "))).toEqual(["\noutput of a\n"]);
    expect(outcomes.map(({ failed }: { failed: number }) => failed).sort()).toEqual([0, 0, 1]);
  });

  test("lists the remaining steps whenever a step ends", async () => {
    const { said } = await ran([step("a"), step("b")], [], 1);
    const left = said.flatMap((line) => line.split("to come: ")[1] ?? []);
    expect(left).toEqual(["b", "nothing more"]);
  });
});

describe("Jest's report", () => {
  const counts = (changes: object, status: number) => {
    const report = { numPassedTests: 5, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [], ...changes };
    writeFileSync(join(folder, "report.json"), JSON.stringify(report));
    return countsOf(join(folder, "report.json"), status);
  };

  testAll<[string, object, number, number]>([
    ["failed tests and suites that did not load", { numFailedTests: 2, numRuntimeErrorTestSuites: 1 }, 1, 3],
    ["a run that failed without a failed test", {}, 1, 1],
    ["a green run", {}, 0, 0],
  ])("%s", (_, changes, status, failed) => {
    expect(counts(changes, status)).toEqual({ passed: 5, failed, skipped: [] });
  });

  test("a missing report is a failure, whatever the exit code", () => {
    expect(countsOf(join(folder, "none.json"), 0)).toEqual({ passed: 0, failed: 1, skipped: [] });
  });

  test("names each skipped test once, with its describe blocks", () => {
    const skipped = { status: "pending", ancestorTitles: ["Envoy"], title: "refuses (no Envoy here)" };
    const passed = { status: "passed", ancestorTitles: [], title: "works" };
    const testResults = [{ assertionResults: [skipped, passed] }, { assertionResults: [skipped] }];
    expect(counts({ testResults }, 0).skipped).toEqual(["Envoy › refuses (no Envoy here)"]);
  });
});

test("reports an authority that expires within sixty days or has expired, with the date", () => {
  const value = ["2026-11-01", "2027-01-24", "2027-01-25"].map((day) => ({ subject: `CN=${day}`, expires: day }));
  const today = new Date("2026-11-25T12:00:00Z");
  expect(expiringAuthorities({ prod: { output: { truststore: { value } } }, dev: { output: {} } }, today)).toEqual([
    expect.stringContaining("prod: the authority CN=2026-11-01 of gateway.mutualTls ends on 2026-11-01"),
    expect.stringContaining("CN=2027-01-24"),
  ]);
});

test("notes a fact about a vendor that was last read in its source over 120 days ago", () => {
  const rows = ["2026-07-27", "2026-07-28"].map((day) => `| <a id="of-${day}"></a>X is Y. | documented | Z | ${day} |`);
  const today = new Date("2026-11-25T12:00:00Z");
  expect(oldFacts(rows.join("\n"), today)).toEqual([
    expect.stringMatching(/^note: docs\/reference\/facts\.md#of-2026-07-27 was last read on 2026-07-27/),
  ]);
});
