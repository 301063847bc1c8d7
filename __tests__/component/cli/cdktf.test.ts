import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy, SHOP_PROJECT } from "../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

/** Every file of a folder by its path, with its bytes. */
function filesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), "base64")]));
}

const listed = () => Object.keys(JSON.parse(readFileSync(project.path("cdktf.out/manifest.json"), "utf8")).stacks);
const STACKS = ["bootstrap-dev", "bootstrap-prod", "bootstrap-staging", "dev", "preview", "prod", "staging"];

test("cdktf synth writes the same files as npm run synth, byte for byte", () => {
  // As npm run synth wrote it.
  cpSync(join(SHOP_PROJECT, "cdktf.out"), project.path("cdktf.out"), { recursive: true });
  const cdktf = spawnSync(project.path("node_modules/.bin/cdktf"), ["synth", "--output", "by-cdktf"], {
    cwd: project.folder,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1" },
    encoding: "utf8",
  });
  expect([cdktf.status, cdktf.stderr]).toEqual([0, expect.any(String)]);
  const [ours, theirs] = ["cdktf.out", "by-cdktf"].map((out) => filesOf(project.path(out)));
  expect(Object.keys(theirs ?? {})).toEqual(Object.keys(ours ?? {}));
  expect(theirs).toEqual(ours);
  expect(Object.keys(ours ?? {})).toEqual(
    expect.arrayContaining(["manifest.json", ...STACKS.map((stack) => `stacks/${stack}/cdk.tf.json`)]),
  );
}, 120_000);

test("one environment's synthesis keeps the others in cdktf's list, and removes deleted ones", () => {
  expect(project.run(["synth", "dev"]).code).toBe(0);
  expect(listed()).toEqual(STACKS);
  rmSync(project.path("config/bootstrap.yaml"));
  expect(project.run(["synth"]).code).toBe(0);
  expect(listed()).toEqual(["dev", "preview", "prod", "staging"]);
}, 120_000);
