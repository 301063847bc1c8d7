import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long a test file waits for another one that makes the value, in milliseconds. */
const LONGEST_WAIT_MS = 300_000;
const PAUSE_MS = 50;

/**
 * A value that the first test file of a test run makes; the others wait for it, and fail as it did.
 *
 * @param make gets a folder of its own, which is kept until the end of the run
 */
export function oncePerRun<T>(name: string, make: (folder: string) => T): T {
  // `tmpdir` is the folder of this test run.
  const folder = join(tmpdir(), `once-${name}`);
  const [draft, done] = [join(folder, "draft.json"), join(folder, "done.json")];
  const isFirst = mkdirSync(folder, { recursive: true }) !== undefined;
  if (isFirst) {
    writeFileSync(draft, JSON.stringify(outcomeOf(() => make(folder))));
    renameSync(draft, done);
  }
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const since = Date.now(); !existsSync(done); Atomics.wait(clock, 0, 0, PAUSE_MS)) {
    if (Date.now() - since > LONGEST_WAIT_MS) throw new Error(`no other test file made: ${name}`);
  }
  const { value, fault } = JSON.parse(readFileSync(done, "utf8"));
  if (fault !== undefined) throw new Error(`${name}: ${fault}`);
  return value;
}

function outcomeOf<T>(make: () => T) {
  try {
    return { value: make() };
  } catch (error) {
    return { fault: String(error) };
  }
}
