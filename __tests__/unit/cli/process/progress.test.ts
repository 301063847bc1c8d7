import { counting, withProgress } from "../../../../cli/process/progress";

const lines: string[] = [];
const { isTTY } = process.stderr;

beforeEach(() => {
  lines.length = 0;
  jest.useFakeTimers();
  jest.spyOn(console, "error").mockImplementation((line: string) => lines.push(line));
  process.stderr.isTTY = true;
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

const taking = (milliseconds: number) => new Promise((resolve) => setTimeout(() => resolve("done"), milliseconds));

/** The reports on a step that takes this long. */
async function saidOf(milliseconds: number) {
  const work = withProgress("dev: planning", taking(milliseconds));
  await jest.advanceTimersByTimeAsync(milliseconds);
  expect(await work).toBe("done");
  await jest.advanceTimersByTimeAsync(60_000);
  return lines;
}

test("reports a step immediately, after two seconds, and then every ten until it ends", async () => {
  expect(await saidOf(1999)).toEqual(["dev: planning"]);
  lines.length = 0;
  expect(await saidOf(12_500)).toEqual(["dev: planning", "dev: planning: 2 s", "dev: planning: 12 s"]);
});

test("reports nothing more after a step failed, and passes its error on", async () => {
  await expect(withProgress("dev: planning", Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  await jest.advanceTimersByTimeAsync(60_000);
  expect(lines).toEqual(["dev: planning"]);
});

test("reports how many parts are done when two seconds have passed", () => {
  const next = counting("calling", 100);
  for (let i = 0; i < 100; i += 1) {
    next();
    jest.advanceTimersByTime(50);
  }
  expect(lines).toEqual(["calling", "calling: 40 of 100 done", "calling: 80 of 100 done"]);
  lines.length = 0;
  counting("calling", 0);
  expect(lines).toEqual([]);
});

test("reports nothing if standard error is not a terminal", async () => {
  process.stderr.isTTY = false;
  expect(await saidOf(12_500)).toEqual([]);
  counting("calling", 100)();
  expect(lines).toEqual([]);
});
