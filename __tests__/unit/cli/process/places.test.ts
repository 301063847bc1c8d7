import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, win32 } from "node:path";
import { folderWith } from "../../../../cli/process/places.cjs";
import { ROOT, shownPath } from "../../../../cli/process/project";

const folder = mkdtempSync(join(tmpdir(), "front-door-places-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("finds the nearest folder with the file, and ignores a directory of its name", () => {
  const inner = join(folder, "outer", "inner");
  mkdirSync(join(inner, "cdktf.json"), { recursive: true });
  expect(folderWith("cdktf.json", inner)).toBe(undefined);
  writeFileSync(join(folder, "cdktf.json"), "{}");
  expect(folderWith("cdktf.json", inner)).toBe(folder);
});

test("a path is shown relative to the project, with slashes on Windows too", () => {
  expect(shownPath(join(ROOT, "synthesized", "dev", "access.md"))).toBe("synthesized/dev/access.md");
  expect(shownPath("D:\\shop\\config\\dev.yaml", "D:\\shop", win32)).toBe("config/dev.yaml");
  expect(shownPath("D:\\front-door\\docs\\index.md", "D:\\shop", win32)).toBe("../front-door/docs/index.md");
});
