import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseLink } from "../../../../cli/plan/plan-folder";

const folder = mkdtempSync(join(tmpdir(), "front-door-plans-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([tmpdir(), "/nowhere"])("does not store plans through a link to %s", (target) => {
  const link = join(folder, `link${target.length}`);
  symlinkSync(target, link);
  expect(() => refuseLink(link)).toThrow("is a link");
});

test("accepts a folder, or a missing one", () => {
  expect(() => [folder, join(folder, "none")].map(refuseLink)).not.toThrow();
});
