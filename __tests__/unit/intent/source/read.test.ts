import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listFiles, readText } from "../../../../intent/source/read";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "read-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("UTF-8 is read with and without a byte order mark", () => {
  writeFileSync(join(folder, "plain"), "café");
  writeFileSync(join(folder, "marked"), "\ufeffcafé");
  expect(readText(folder, "plain")).toEqual({ text: "café" });
  expect(readText(folder, "marked")).toEqual({ text: "café" });
});

test.each([
  ["Latin-1", Buffer.from("café", "latin1")],
  ["UTF-16", Buffer.from("\ufeffname: shop", "utf16le")],
])("%s is refused", (_, bytes) => {
  writeFileSync(join(folder, "file"), bytes);
  expect(readText(folder, "file")).toMatchObject({ message: expect.stringContaining("not UTF-8") });
});

test("a missing file and a folder are refused", () => {
  mkdirSync(join(folder, "dev.yaml"));
  expect(readText(folder, "none")).toMatchObject({ message: "got no file, expected a readable file" });
  expect(readText(folder, "dev.yaml")).toMatchObject({ message: "got EISDIR, expected a readable file" });
});

test("a folder that does not exist has no list of files", () => {
  expect(listFiles(join(folder, "none"))).toBeUndefined();
});

testWhere(WINDOWS)("a device is refused without reading it", () => {
  symlinkSync("/dev/zero", join(folder, "dev.yaml"));
  expect(readText(folder, "dev.yaml")).toMatchObject({ message: expect.stringContaining("a device") });
});

test("a file of more than a megabyte is refused without reading it", () => {
  writeFileSync(join(folder, "large.yaml"), "#".repeat(1_000_001));
  expect(readText(folder, "large.yaml")).toMatchObject({ message: expect.stringContaining("got 1000001 bytes") });
});
