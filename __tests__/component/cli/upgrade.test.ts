import { readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

test("a config of an older release is rewritten, synthesized and reviewed, with the release's changes in the clouds", () => {
  const prod = readFileSync(project.path("config", "prod.yaml"), "utf8");
  project.edit("prod.yaml", "versionAdders:", "adders:");
  expect(project.run(["synth", "--check"]).code).toBe(1);
  // As after an older release, whose files differ.
  const path = project.path("synthesized", "dev", "main.tf.json");
  const before = readFileSync(path, "utf8");
  const older = before.replace(/"throttling_burst_limit": \d+/, '"throttling_burst_limit": 1');
  expect(older === before).toBe(false);
  writeFileSync(path, older);
  const { code, out, error } = project.run(["upgrade"]);
  expect([code, error]).toEqual([0, ""]);
  expect(out).toMatch(/^config\/prod\.yaml:\d+ {2}adders is versionAdders now$/m);
  expect(out).toMatch(/^bootstrap-dev, .*\bprod\b.*: no change$/m);
  expect(out).toMatch(/^dev: 1 changed/m);
  expect(readFileSync(project.path("config", "prod.yaml"), "utf8")).toBe(prod);
  expect(readFileSync(path, "utf8")).toBe(before);
});

test("errors show the keys that config now needs", () => {
  project.edit("dev.yaml", /^protect: .*$/m, "protekt: false");
  const broken = project.run(["upgrade"]);
  expect([broken.code, /config\/dev\.yaml:\d+:\d+ {2}protekt/.test(broken.error)]).toEqual([1, true]);
});

test("a clone of the program does not install a version of itself", () => {
  expect(project.run(["upgrade", "9.9.9"]).code).toBe(64);
});
