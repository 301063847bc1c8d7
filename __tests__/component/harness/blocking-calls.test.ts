import { execFileSync, execSync, spawnSync } from "node:child_process";
import { testAll } from "../../support/test-all";

testAll<[string, () => unknown]>([
  ["spawnSync", () => spawnSync("sleep", ["30"])],
  ["spawnSync with options alone", () => spawnSync("exec sleep 30", { shell: true })],
  ["execFileSync", () => execFileSync("sleep", ["30"])],
  ["execSync", () => execSync("exec sleep 30")],
])("%s ends at the limit of its tier, and fails", (_, call) => {
  (globalThis as { testSeconds?: number }).testSeconds = 0.2;
  expect(call).toThrow(expect.objectContaining({ code: "ETIMEDOUT" }));
});

test("a call with a limit of its own returns at it", () => {
  expect(spawnSync("sleep", ["30"], { timeout: 200 }).error).toMatchObject({ code: "ETIMEDOUT" });
});
