import { spawnSync } from "node:child_process";

const { outcomeOf } = require("../../../scripts/check.cjs");

const shell = (script: string, limit?: number) => outcomeOf("sh", ["-c", script], { ...(limit && { limit }) });

test("a step that ends has its status and all that it printed", async () => {
  expect(await shell("echo out; echo err >&2; exit 3")).toEqual({
    status: 3,
    output: expect.stringMatching(/^(out\nerr|err\nout)\n$/),
  });
});

test("a step that hangs is killed with its processes at the limit, and keeps what it printed", async () => {
  const { status, output } = await shell("sleep 30 & echo $!; wait", 300);
  expect(status).toBeNull();
  expect(output).toContain("did not end");
  await gone(Number(output.split("\n")[0]));
});

/** Resolves when a process is gone, or has ended and waits for its parent. */
async function gone(pid: number) {
  while (/^[^Z\s]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
