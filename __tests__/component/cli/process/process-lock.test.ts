import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "front-door-locks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PROCESSES = 4;
/** Takeovers per process. */
const ROUNDS = 100;

/**
 * Takes the lock again and again, and leaves it each time as a killed process would: with the id of a process that does
 * not exist. Stops all contenders if another one has the lock too.
 */
const CONTENDER = `
const { existsSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { takeLock } = require("./process-lock.js");
for (let taken = 0; taken < ${ROUNDS} && !existsSync("shared"); ) {
  if (takeLock("lock") !== undefined) continue;
  taken += 1;
  try {
    writeFileSync("inside", "", { flag: "wx" });
    writeFileSync("left", readFileSync("lock", "utf8").replace(/^\\d+/, "2147483646"));
    rmSync("inside");
    renameSync("left", "lock");
  } catch (error) {
    writeFileSync("shared", String(error));
  }
}
`;

function contender(): Promise<number | null> {
  const child = spawn(process.execPath, ["contender.cjs"], { cwd: folder, stdio: "inherit" });
  return new Promise((resolve) => child.once("close", resolve));
}

test("of several processes that find an ended process's lock, one takes it", async () => {
  // In a process of its own, because esbuild leaves one behind for the next build.
  const source = join(__dirname, "../../../../cli/process/process-lock.ts");
  const bundled = [source, "--bundle", "--platform=node", `--outfile=${join(folder, "process-lock.js")}`];
  expect(spawnSync(require.resolve("esbuild/bin/esbuild"), bundled).status).toBe(0);
  writeFileSync(join(folder, "contender.cjs"), CONTENDER);
  writeFileSync(join(folder, "lock"), "2147483646");
  expect(await Promise.all(Array.from({ length: PROCESSES }, contender))).toEqual(Array(PROCESSES).fill(0));
  expect(readdirSync(folder).sort()).toEqual(["contender.cjs", "lock", "process-lock.js"]);
}, 60_000);
