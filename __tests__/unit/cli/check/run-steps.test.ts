import { type Outcome, runSteps } from "../../../../cli/check/run-steps";
import type { Step } from "../../../../cli/check/steps";

const step = (name: string, more: Partial<Step> = {}): Step => ({ name, npm: ["run", name], ...more });
const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  passed: 1,
  failed: 0,
  skipped: [],
  output: "",
  ...changes,
});

/** Runs these steps. Each takes as many turns of the event loop as its name says. */
async function ran(steps: readonly Step[], outcomes: Readonly<Record<string, Outcome>> = {}, atOnce = 2) {
  const said: string[] = [];
  const most = { running: 0, now: 0 };
  const found = await runSteps(steps, {
    atOnce,
    say: (line) => said.push(line),
    now: () => 0,
    run: async ({ name }) => {
      most.now += 1;
      most.running = Math.max(most.running, most.now);
      for (let turns = Number(/\d+/.exec(name)?.[0] ?? 1); turns > 0; turns -= 1) await new Promise(setImmediate);
      most.now -= 1;
      return outcomes[name] ?? outcome();
    },
  });
  return { said, found, most: most.running };
}

const events = (said: readonly string[]) =>
  said.flatMap((line) => /^(begins|passed|FAILED|skipped) +([\w-]+)/.exec(line)?.slice(1).join(" ") ?? []);

test("runs two steps in parallel, and starts the next when one of them ends", async () => {
  const { said, most } = await ran([step("a-9"), step("b-1"), step("c-1")]);
  expect(most).toBe(2);
  expect(events(said)).toEqual(["begins a-9", "begins b-1", "passed b-1", "begins c-1", "passed c-1", "passed a-9"]);
});

test("runs an exclusive step alone, before all others", async () => {
  const { said } = await ran([step("a"), step("whole-5", { first: true })]);
  expect(events(said)).toEqual(["begins whole-5", "passed whole-5", "begins a", "passed a"]);
});

test("shows the output of a failed step, and still runs the others", async () => {
  const failed = outcome({ passed: 0, failed: 1, output: "expected 1, got 2" });
  const { said, found } = await ran([step("a"), step("b"), step("c")], { a: failed });
  expect(said.filter((line) => line.includes("expected 1, got 2"))).toHaveLength(1);
  expect(found.map((each) => each.failed).sort()).toEqual([0, 0, 1]);
});

test("lists the remaining steps whenever a step ends", async () => {
  const { said } = await ran([step("a"), step("b")], {}, 1);
  expect(said.filter((line) => line.includes("to come")).map((line) => line.split("to come: ")[1])).toEqual([
    "b",
    "nothing more",
  ]);
});
