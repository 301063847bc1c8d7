import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";

const HARNESS = join(ROOT, "__tests__/harness/run-folder.cjs");
const parent = mkdtempSync(join(tmpdir(), "runs-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** A test run that leaves a file and a process of its own group, and goes on. */
const RUN = `
  const { openRunFolder } = require(${JSON.stringify(HARNESS)});
  const folder = openRunFolder();
  require("node:fs").writeFileSync(folder + "/left", "");
  const child = require("node:child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  console.log(JSON.stringify({ folder, pid: child.pid }));
  setInterval(() => {}, 1000);
`;

async function start() {
  const run = spawn(process.execPath, ["-e", RUN], {
    env: { ...process.env, TMPDIR: parent },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [text] = await once(run.stdout, "data");
  const { folder, pid } = JSON.parse(String(text)) as { readonly folder: string; readonly pid: number };
  return { run, folder, pid };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process keeps its id until its parent reaps it. */
async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describeWhere(existsSync("/proc/self/environ") ? undefined : "there is no /proc", "a test run", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("interrupted by %s leaves no folder and no process", async (signal, code) => {
    const { run, folder, pid } = await start();
    run.kill(signal);
    expect(await once(run, "exit")).toEqual([code, null]);
    expect(existsSync(folder)).toBe(false);
    await untilGone(pid);
  });

  test("killed hard leaves what the next run removes", async () => {
    const { run, folder, pid } = await start();
    run.kill("SIGKILL");
    await once(run, "exit");
    expect([existsSync(join(folder, "left")), isAlive(pid)]).toEqual([true, true]);
    const next = await start();
    expect(readdirSync(parent)).toEqual([next.folder.slice(parent.length + 1)]);
    await untilGone(pid);
    next.run.kill("SIGINT");
    await once(next.run, "exit");
  });
});
