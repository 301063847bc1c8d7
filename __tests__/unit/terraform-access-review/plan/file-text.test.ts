import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textOf } from "../../../../packages/terraform-access-review/plan/file-text";
import { readPlan } from "../../../../packages/terraform-access-review/plan/read";
import { testAll } from "../../../support/test-all";

const folder = mkdtempSync(join(tmpdir(), "file-text-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(content: string | Buffer): string {
  const file = join(folder, "plan.json");
  writeFileSync(file, content);
  return file;
}

const CHUNK = 64 * 1024;

testAll([
  ["nothing", ""],
  ["characters of two to four bytes across the end of a chunk", `a${"é€😀".repeat(CHUNK / 4)}`],
  ["a byte order mark", "\uFEFF{}"],
  ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0xc3, 0x28, 0xf0, 0x9f, 0x98])],
  ["UTF-16", Buffer.from("{}", "utf16le")],
])("%s is decoded as by readFileSync", (_, content) => {
  const file = written(content);
  expect([...textOf(file)].join("")).toBe(readFileSync(file, "utf8"));
});

test("a plan is read from its file in chunks, and refused at the same character as its text", () => {
  const change = { address: `aws_x.${"é".repeat(CHUNK)}`, type: "aws_x", change: { actions: ["no-op"] } };
  const plan = { format_version: "1.2", configuration: {}, resource_changes: [change, change, change] };
  const text = JSON.stringify(plan);
  expect(readPlan(textOf(written(text)))).toEqual(plan);
  const cut = text.slice(0, -5);
  expect(() => readPlan(textOf(written(cut)))).toThrow(`got text that is not JSON from character ${cut.length} on`);
});

test("the file is closed after a refusal", () => {
  const closed = jest.spyOn(jest.requireActual<typeof import("node:fs")>("node:fs"), "closeSync");
  try {
    expect(() => readPlan(textOf(written(`{]${" ".repeat(3 * CHUNK)}`)))).toThrow("got text that is not JSON");
    expect(closed).toHaveBeenCalledTimes(1);
  } finally {
    closed.mockRestore();
  }
});

testAll([
  ["a folder", folder, "EISDIR"],
  ["no file", join(folder, "none.json"), "ENOENT"],
])("%s gives the error of the file system", (_, file, code) => {
  expect(() => [...textOf(file)]).toThrow(expect.objectContaining({ code }));
});
