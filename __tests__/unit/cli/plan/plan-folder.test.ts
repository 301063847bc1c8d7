import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locked, type PlanFolder } from "../../../../cli/plan/plan-folder";

const folder = mkdtempSync(join(tmpdir(), "front-door-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
const plans = { path: (name: string) => join(folder, name) } as PlanFolder;
const lock = join(folder, "lock");

test("refuses a second run while the first one runs, with the first one's id", async () => {
  let refusal: unknown;
  await locked("dev", plans, async () => {
    refusal = await locked("dev", plans, async () => "ran").catch((error: Error) => error.message);
  });
  expect(refusal).toBe(
    `dev: process ${process.pid} is planning or deploying it from this folder\n    wait until that process has ended`,
  );
});

test("removes the lock when the run ends, also when it fails", async () => {
  await expect(locked("dev", plans, async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(lock)).toBe(false);
  expect(await locked("dev", plans, async () => "ran")).toBe("ran");
});

test.each(["2147483646", "", "no number"])("a dead run's lock (%j) does not block another run", async (left) => {
  writeFileSync(lock, left);
  expect(await locked("dev", plans, async () => "ran")).toBe("ran");
});

test("a lock names its run from its first moment, and no other file remains", async () => {
  const seen: string[][] = [];
  await locked("dev", plans, async () => {
    seen.push([readFileSync(lock, "utf8"), ...readdirSync(folder)]);
  });
  expect(seen).toEqual([[String(process.pid), "lock"]]);
  expect(readdirSync(folder)).toEqual([]);
});
