import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFresh, writeWhole } from "../../../../cli/process/write-files";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

const folder = mkdtempSync(join(tmpdir(), "front-door-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("writes a file and the folders above it, and leaves no other file", () => {
  writeWhole(join(folder, "new", "file"), "text");
  expect(readFileSync(join(folder, "new", "file"), "utf8")).toBe("text");
  expect(readdirSync(join(folder, "new"))).toEqual(["file"]);
});

test("leaves nothing half-written when a write fails", () => {
  mkdirSync(join(folder, "taken", "file"), { recursive: true });
  expect(() => writeWhole(join(folder, "taken", "file"), "text")).toThrow();
  expect(readdirSync(join(folder, "taken"))).toEqual(["file"]);
});

testWhere(WINDOWS)("never writes through a link at the place of its draft, and keeps a file from other users", () => {
  writeFileSync(join(folder, "theirs"), "before");
  symlinkSync(join(folder, "theirs"), join(folder, `secret.${process.pid}`));
  writeWhole(join(folder, "secret"), "text", 0o600);
  expect([readFileSync(join(folder, "theirs"), "utf8"), readFileSync(join(folder, "secret"), "utf8")]).toEqual([
    "before",
    "text",
  ]);
  expect(statSync(join(folder, "secret")).mode & 0o777).toBe(0o600);
  expect(lstatSync(join(folder, "secret")).isSymbolicLink()).toBe(false);
});

test("a file is fresh if it has the same text, and not if it is missing", () => {
  writeWhole(join(folder, "file"), "a");
  expect([
    isFresh(join(folder, "file"), "a"),
    isFresh(join(folder, "file"), "b"),
    isFresh(join(folder, "no"), "a"),
  ]).toEqual([true, false, false]);
});
