import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  doorFolder,
  removeLeftFolders,
  startOf,
  UNKNOWN,
} from "../../../../packages/local-front-door/processes/door-folders";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

/** Larger than any process id of Linux. */
const DEAD = 2 ** 22 + 1;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "door-folders-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The name of a folder of this process, with some parts changed. */
function named({ what = "authority", pid = process.pid, start = startOf(process.pid), machine = "" } = {}): string {
  const [, of = ""] = /-(\w+)-\w{6}$/.exec(basename(doorFolder("envoy", folder))) ?? [];
  return join(folder, `front-door-${what}-${pid}-${start}-${machine || of}-abcDEF`);
}

function made(path: string): string {
  mkdirSync(join(path, "inside"), { recursive: true });
  writeFileSync(join(path, "inside/file"), "");
  return path;
}

testWhere(WINDOWS)("folders of ended processes are removed, whatever they contain", () => {
  const left = [
    named({ pid: DEAD }),
    named({ pid: DEAD, what: "envoy" }),
    named({ pid: DEAD, what: "function" }),
    // Another process has the process id now.
    named({ start: "1" }),
    named({ pid: process.ppid, start: "1" }),
  ].map(made);
  removeLeftFolders(folder);
  expect(left.filter(existsSync)).toEqual([]);
});

testWhere(WINDOWS)(
  "folders of running processes stay, and everything that is not a door's folder of this user and machine",
  () => {
    const target = made(join(folder, "target"));
    const link = named({ pid: DEAD, what: "envoy" });
    symlinkSync(target, link);
    const file = named({ pid: DEAD, what: "function" });
    writeFileSync(file, "");
    const kept = [
      ...(["authority", "envoy", "function"] as const).map((what) => made(doorFolder(what, folder))),
      made(named({ pid: process.ppid, start: startOf(process.ppid) })),
      made(named({ pid: DEAD, machine: "0123456789ab" })),
      made(named({ pid: DEAD, start: "unknown" })),
      made(join(folder, "front-door-authority-abcDEF")),
      made(join(folder, `front-door-other-${DEAD}-1-x-abcDEF`)),
      ...[join(target, "inside/file"), link, file],
    ];
    removeLeftFolders(folder);
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
  },
);

test("on Windows, no process has a known start, so that nothing of another process is removed", () => {
  expect(startOf(process.pid, "win32")).toBe(UNKNOWN);
});
