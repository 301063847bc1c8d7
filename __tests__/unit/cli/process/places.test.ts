import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderWith } from "../../../../cli/process/places.cjs";

const folder = mkdtempSync(join(tmpdir(), "front-door-places-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the nearest folder that holds the file is found, and a directory of its name is none", () => {
  const inner = join(folder, "outer", "inner");
  mkdirSync(join(inner, "cdktf.json"), { recursive: true });
  expect(folderWith("cdktf.json", inner)).toBe(undefined);
  writeFileSync(join(folder, "cdktf.json"), "{}");
  expect(folderWith("cdktf.json", inner)).toBe(folder);
});
