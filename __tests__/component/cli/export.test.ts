import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ProjectCopy } from "../../support/command";

jest.setTimeout(60_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

const exportTo = (folder: string, ...options: readonly string[]) =>
  project.run(["export", "dev", "--to", folder, ...options]);

/** Contents of the files in a folder, by path. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const path = project.path(folder);
  const entries = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((each) => [relative(path, each), readFileSync(each, "base64")]));
}

test("two exports have the same bytes, those of the synthesis", () => {
  expect([exportTo("one").code, exportTo("other").code]).toEqual([0, 0]);
  const exported = filesOf("one");
  expect(exported).toEqual(filesOf("other"));
  expect(Object.keys(exported)).toEqual(["README.md", "assets/authorizer/zip/authorizer.zip", "main.tf.json"]);
  expect(project.run(["synth", "dev"]).code).toBe(0);
  expect(readFileSync(project.path("one", "main.tf.json"), "utf8")).toBe(
    readFileSync(project.path("cdktf.out", "stacks", "dev", "cdk.tf.json"), "utf8"),
  );
});

test("checksums of the stack's providers are exported, and removed with the project's lock file", () => {
  const block = (source: string) =>
    `provider "registry.terraform.io/hashicorp/${source}" {\n  version = "6.0.0"\n  hashes = [\n    "h1:x",\n  ]\n}\n`;
  writeFileSync(project.path("providers.lock.hcl"), ["aws", "google", "random"].map(block).join("\n"));
  expect(exportTo("locked").code).toBe(0);
  const lock = readFileSync(project.path("locked", ".terraform.lock.hcl"), "utf8");
  expect([...lock.matchAll(/hashicorp\/(\w+)/g)].map(([, name]) => name)).toEqual(["aws", "google"]);
  rmSync(project.path("providers.lock.hcl"));
  expect(exportTo("locked").code).toBe(0);
  expect(existsSync(project.path("locked", ".terraform.lock.hcl"))).toBe(false);
});

test("an export replaces an earlier one, and --check finds each file that differs", () => {
  expect(exportTo("again").code).toBe(0);
  const before = filesOf("again");
  expect(exportTo("again", "--check").code).toBe(0);
  writeFileSync(project.path("again", "main.tf.json"), "{}");
  writeFileSync(project.path("again", "assets", "former.zip"), "x");
  const { code, error } = exportTo("again", "--check");
  expect([code, error.split("\n")[0]]).toEqual([1, "not up to date: again/assets/former.zip, again/main.tf.json"]);
  mkdirSync(project.path("again", ".terraform"));
  expect(exportTo("again").code).toBe(0);
  expect(filesOf("again")).toEqual(before);
  expect(existsSync(project.path("again", ".terraform"))).toBe(true);
  // A branch could commit it.
  expect(exportTo("again", "--check").code).toBe(64);
});

test("a folder with anything else stays as it is", () => {
  mkdirSync(project.path("mine"));
  writeFileSync(project.path("mine", "zz_override.tf.json"), "{}");
  expect(exportTo("mine").code).toBe(64);
  expect(exportTo("config").code).toBe(64);
  expect(Object.keys(filesOf("mine"))).toEqual(["zz_override.tf.json"]);
});

test("an environment whose state is a file of this machine is not exported", () => {
  project.keepStateHere();
  const { code, error } = exportTo("local");
  expect([code, /config\/dev\.yaml:\d+/.test(error), existsSync(project.path("local"))]).toEqual([1, true, false]);
});
