import type { Followed } from "../../../../cli/process/watcher.cjs";
import { Watcher } from "../../../../cli/process/watcher.cjs";

type Progress = typeof import("../../../../cli/process/progress");

/** What a person sees, and the second at which it appears. */
const lines: string[] = [];
const before = { isTTY: process.stderr.isTTY, write: process.stderr.write };
let start = 0;
const see = (line: string) => lines.push(`${Math.floor((Date.now() - start) / 1000)}: ${line.trimEnd()}`);

/** The thread, on the clock of the test. */
class Thread {
  private readonly watcher = new Watcher();

  constructor() {
    setInterval(() => {
      const line = this.watcher.lineAt(Date.now());
      if (line !== undefined) see(line);
    }, 100);
  }

  postMessage(followed: Followed): void {
    this.watcher.follow(followed);
  }

  on(): void {}
  unref(): void {}
}

let progress: Progress;

beforeEach(() => {
  lines.length = 0;
  jest.useFakeTimers();
  start = Date.now();
  process.stderr.write = ((text: string) => see(text) > 0) as typeof process.stderr.write;
  jest.spyOn(console, "error").mockImplementation((line: string) => void process.stderr.write(line));
  process.stderr.isTTY = true;
  jest.doMock("node:worker_threads", () => ({ Worker: Thread }));
  jest.isolateModules(() => {
    progress = require("../../../../cli/process/progress");
  });
});

afterEach(() => {
  jest.dontMock("node:worker_threads");
  jest.useRealTimers();
  jest.restoreAllMocks();
  Object.assign(process.stderr, before);
});

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

test("names a step when it begins, after two seconds, and then every ten until it ends", async () => {
  const work = progress.withProgress("dev: planning", new Promise((resolve) => setTimeout(resolve, 12_500, "done")));
  await pass(12_500);
  expect(await work).toBe("done");
  await pass(60_000);
  expect(lines).toEqual(["0: dev: planning", "2: dev: planning: 2 s", "12: dev: planning: 12 s"]);
});

test("reports nothing more on a step after it failed, and passes its error on", async () => {
  await expect(progress.withProgress("dev: planning", Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  await pass(60_000);
  expect(lines).toEqual(["0: dev: planning"]);
});

test("names the innermost step, and the one around it when that has ended", async () => {
  progress.step("plan dev");
  const end = progress.step("dev: planning");
  await pass(3000);
  end();
  await pass(10_000);
  expect(lines).toEqual(["2: dev: planning: 2 s", "12: plan dev: 12 s"]);
});

test("any output restarts the two seconds", async () => {
  progress.step("verify dev");
  await pass(1500);
  console.error("confirmed");
  await pass(1500);
  console.error("confirmed");
  await pass(2500);
  expect(lines).toEqual(["1: confirmed", "3: confirmed", "5: verify dev: 5 s"]);
});

test("reports nothing while the program waits for a person, nor in the two seconds after", async () => {
  progress.step("deploy dev");
  const end = progress.unreported();
  await pass(60_000);
  end();
  await pass(1900);
  expect(lines).toEqual([]);
  await pass(200);
  expect(lines).toEqual(["62: deploy dev: 62 s"]);
});

test("reports how many parts are done when two seconds have passed, until the last part has ended", async () => {
  const { next, end } = progress.counting("calling", 100);
  for (let i = 0; i < 100; i += 1) {
    next();
    await pass(50);
  }
  await pass(10_000);
  end();
  await pass(60_000);
  expect(lines).toEqual(["0: calling", "2: calling (39 of 100 done): 2 s", "12: calling (99 of 100 done): 12 s"]);
});

test("reports nothing about no parts", async () => {
  progress.counting("calling", 0).end();
  await pass(60_000);
  expect(lines).toEqual([]);
});

test("reports nothing if standard error is not a terminal", async () => {
  process.stderr.isTTY = false;
  progress.step("plan dev");
  const work = progress.withProgress("dev: planning", new Promise((resolve) => setTimeout(resolve, 12_500, "done")));
  progress.counting("calling", 100).next();
  await pass(12_500);
  await work;
  expect(lines).toEqual([]);
});
