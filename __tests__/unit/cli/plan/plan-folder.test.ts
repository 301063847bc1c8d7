import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { locked, type PlanFolder } from "../../../../cli/plan/plan-folder";
import { shownPath } from "../../../../cli/process/project";

const folder = mkdtempSync(join(tmpdir(), "front-door-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
const plans = { path: (name: string) => join(folder, name), removeDrafts: () => undefined } as unknown as PlanFolder;
const lock = join(folder, "lock");

test("refuses a second run while the first one runs, with the first one's id and the lock file", async () => {
  let refusal: unknown;
  await locked("dev", plans, async () => {
    refusal = await locked("dev", plans, async () => "ran").catch((error: Error) => error.message);
  });
  const path = shownPath(lock);
  expect(refusal).toBe(
    `dev: process ${process.pid} on ${hostname()} is planning or deploying it from this folder (lock file ${path})\n` +
      `    wait until that process has ended; if it is no command of this project, remove ${path}`,
  );
});

test("removes the lock when the run ends, also when it fails", async () => {
  await expect(locked("dev", plans, async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(lock)).toBe(false);
  expect(await locked("dev", plans, async () => "ran")).toBe("ran");
});

test("a lock names its run from its first moment, and no other file remains", async () => {
  const seen: string[][] = [];
  await locked("dev", plans, async () => {
    seen.push([readFileSync(lock, "utf8").split(" ")[0] ?? "", ...readdirSync(folder)]);
  });
  expect(seen).toEqual([[String(process.pid), "lock"]]);
  expect(readdirSync(folder)).toEqual([]);
});
