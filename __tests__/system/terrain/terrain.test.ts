import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHOP_PROJECT } from "../../support/command";
import { ROOT } from "../../support/places";

/** The release of CDK Terrain, cdktf's maintained fork, that runs the archived providers' classes on Node 20. */
const TERRAIN = "npm:cdktn@0.24.0";

const folder = mkdtempSync(join(tmpdir(), "front-door-terrain-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const own = (path: string) => !/[/](node_modules|\.build|cdktf\.out)$/.test(path);
  cpSync(SHOP_PROJECT, folder, { recursive: true, filter: own });
  const { devDependencies: _, scripts: __, ...kept } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const moved = { ...kept, dependencies: { ...kept.dependencies, cdktf: TERRAIN }, overrides: { cdktf: TERRAIN } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(moved, null, 2));
  process.stderr.write("installing the program with CDK Terrain in cdktf's place; this takes a minute\n");
  execFileSync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"], { cwd: folder, stdio: "pipe" });
});

test("the package named cdktf is CDK Terrain here", () => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "node_modules/cdktf/package.json"), "utf8"));
  expect(`npm:${name}@${version}`).toBe(TERRAIN);
});

test("on CDK Terrain's core the program synthesizes the same files", () => {
  // Throws, with the names of the files that differ, when one does.
  execFileSync(process.execPath, ["cli/run.cjs", "synth", "--check"], { cwd: folder, stdio: "pipe" });
  execFileSync(process.execPath, ["cli/run.cjs", "synth", "dev"], { cwd: folder, stdio: "pipe" });
  const stack = JSON.parse(readFileSync(join(folder, "cdktf.out/stacks/dev/cdk.tf.json"), "utf8"));
  expect(stack["//"].metadata.version).toBe(TERRAIN.split("@")[1]);
});
