import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentation, originOf } from "../../../../cli/process/origin";
import { ROOT } from "../../../support/places";

const folder = mkdtempSync(join(tmpdir(), "front-door-origin-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An installed package, next to a manifest that npm would write. */
function installed(manifest?: object): string {
  const project = mkdtempSync(join(folder, "project-"));
  const home = join(project, "node_modules", "cloud-front-door");
  mkdirSync(home, { recursive: true });
  if (manifest !== undefined) writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  return home;
}

const asked = (spec: string) => ({ "cloud-front-door": spec });

test.each([
  ["npx", { dependencies: asked("^0.2.0"), _npx: {} }],
  ["npx", { dependencies: asked("0.2.0"), _npx: {} }],
  ["registry", { dependencies: asked("0.2.0") }],
  ["registry", { devDependencies: asked("~0.2.0") }],
  ["tarball", { dependencies: asked("file:../cloud-front-door-0.2.0.tgz"), _npx: {} }],
  ["tarball", { dependencies: asked("https://example.com/cloud-front-door-0.2.0.tgz"), _npx: {} }],
  ["tarball", { dependencies: { "another-package": "0.2.0" } }],
  ["tarball", undefined],
] as const)("a copy counts as one from %s for the manifest %j", (origin, manifest) => {
  expect(originOf(installed(manifest))).toBe(origin);
});

test("a folder with the program's sources is a clone", () => {
  expect(originOf(ROOT)).toBe("clone");
});

test("the documentation is the project's, not the copy in npx's cache", () => {
  const [cached, own] = [{ _npx: {} }, {}].map((manifest) => installed(manifest));
  const page = "node_modules/cloud-front-door/docs/index.md";
  expect(documentation(folder, cached)).toBe(page);
  expect(documentation(join(String(own), "..", ".."), own)).toBe(page);
  expect(documentation(ROOT, ROOT)).toBe("docs/index.md");
});
