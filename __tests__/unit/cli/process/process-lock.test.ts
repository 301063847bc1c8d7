import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseLock, takeLock } from "../../../../cli/process/process-lock";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

const folder = mkdtempSync(join(tmpdir(), "front-door-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
const lock = join(folder, "lock");
afterEach(() => rmSync(lock, { recursive: true, force: true }));

/** What this process writes: `<id> <start> <machine> <host>`. */
function ownParts(): { pid: string; start: string; mark: string; host: string } {
  takeLock(lock);
  const [pid = "", start = "", mark = "", host = ""] = readFileSync(lock, "utf8").trim().split(" ");
  releaseLock(lock);
  return { pid, start, mark, host };
}

function left(changed: Partial<ReturnType<typeof ownParts>>): void {
  const { pid, start, mark, host } = { ...ownParts(), ...changed };
  writeFileSync(lock, `${pid} ${start} ${mark} ${host}\n`);
}

const ABSENT = "2147483646";
/** Only with the start of a process is its id that of one process. */
const WITHOUT_STARTS = WINDOWS && "Windows has no program that prints the start of a process";

test.each([
  ["of an ended process", () => left({ pid: ABSENT })],
  ["of an earlier release, whose process has ended", () => writeFileSync(lock, ABSENT)],
  ["that names no process", () => writeFileSync(lock, "no number")],
  ["that is empty", () => writeFileSync(lock, "")],
])("a lock %s does not count", (_, leave) => {
  leave();
  expectTaken();
});

testWhere(WITHOUT_STARTS)("a lock of a process whose id another one has now does not count", () => {
  left({ start: "1" });
  expectTaken();
});

function expectTaken(): void {
  expect(takeLock(lock)).toBeUndefined();
  expect(readFileSync(lock, "utf8").split(" ")[0]).toBe(String(process.pid));
  expect(readdirSync(folder)).toEqual(["lock"]);
}

test.each([
  ["a running process", () => left({}), { pid: process.pid }],
  ["a process whose start could not be read", () => left({ start: "unknown" }), { pid: process.pid }],
  ["a process of another machine", () => left({ pid: ABSENT, mark: "another", host: "build-7" }), { host: "build-7" }],
  ["an earlier release", () => writeFileSync(lock, String(process.pid)), { pid: process.pid, start: undefined }],
])("the lock of %s counts, and stays", (_, leave, holder) => {
  leave();
  expect(takeLock(lock)).toMatchObject({ lock, ...holder });
  expect(readdirSync(folder)).toEqual(["lock"]);
});

test("releases the lock that this process holds, and no other", () => {
  left({ pid: ABSENT });
  releaseLock(lock);
  expect(readdirSync(folder)).toEqual(["lock"]);
  takeLock(lock);
  releaseLock(lock);
  expect(readdirSync(folder)).toEqual([]);
});

test("the file of a process that was killed while it took the lock does not stay, and that of another machine does", () => {
  const { mark, pid } = ownParts();
  for (const name of [`lock.${ABSENT}-${mark}`, `lock.takeover.${ABSENT}-${mark}`, `lock.${ABSENT}-another`]) {
    writeFileSync(join(folder, name), "");
  }
  writeFileSync(join(folder, `lock.${pid}-${mark}x`), "");
  takeLock(lock);
  const kept = [`lock.${ABSENT}-another`, `lock.${pid}-${mark}x`];
  expect(readdirSync(folder).sort()).toEqual(["lock", ...kept].sort());
  for (const name of kept) rmSync(join(folder, name));
});

test("a folder in place of a lock is an error that names it", () => {
  mkdirSync(lock);
  expect(() => takeLock(lock)).toThrow(expect.objectContaining({ code: "EISDIR", path: lock }));
  expect(readdirSync(folder)).toEqual(["lock"]);
});
