import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFresh, writeWhole } from "../../../../cli/process/write-files";

const folder = mkdtempSync(join(tmpdir(), "front-door-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file is written with the folders above it, and no other file stays", () => {
  writeWhole(join(folder, "new", "file"), "text");
  expect(readFileSync(join(folder, "new", "file"), "utf8")).toBe("text");
  expect(readdirSync(join(folder, "new"))).toEqual(["file"]);
});

test("a write that fails leaves nothing half-written", () => {
  mkdirSync(join(folder, "taken", "file"), { recursive: true });
  expect(() => writeWhole(join(folder, "taken", "file"), "text")).toThrow();
  expect(readdirSync(join(folder, "taken"))).toEqual(["file"]);
});

test("fresh is the same text, and a missing file is not", () => {
  writeWhole(join(folder, "file"), "a");
  expect([
    isFresh(join(folder, "file"), "a"),
    isFresh(join(folder, "file"), "b"),
    isFresh(join(folder, "no"), "a"),
  ]).toEqual([true, false, false]);
});
