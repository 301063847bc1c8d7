import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderWith } from "../../../../cli/process/places.cjs";

const folder = mkdtempSync(join(tmpdir(), "front-door-places-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("finds the nearest folder with the file, and ignores a directory of its name", () => {
  const inner = join(folder, "outer", "inner");
  mkdirSync(join(inner, "cdktf.json"), { recursive: true });
  expect(folderWith("cdktf.json", inner)).toBe(undefined);
  writeFileSync(join(folder, "cdktf.json"), "{}");
  expect(folderWith("cdktf.json", inner)).toBe(folder);
});
