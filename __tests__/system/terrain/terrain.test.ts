import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHOP_PROJECT } from "../../support/command";
import { ROOT } from "../../support/places";
import { OWN_RESOURCES } from "../package/support/own-resources";
import { linkDependencies, packedRelease } from "../package/support/project";

/** A project of its own with the package, whose core is the project's. */
const folder = mkdtempSync(join(tmpdir(), "front-door-terrain-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { cwd: folder, stdio: "pipe", encoding: "utf8" });
/** Runs the installed command as npx does, which itself takes a third of a second. */
const frontDoor = (...args: readonly string[]) => run(join(folder, "node_modules/.bin/front-door"), ...args);

beforeAll(() => {
  for (const name of ["config", "synthesized", "main.ts", "cdktf.json"]) {
    cpSync(join(SHOP_PROJECT, name), join(folder, name), { recursive: true });
  }
  const tarball = packedRelease(folder);
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const pinned = Object.fromEntries(PACKAGES.map((name) => [name, devDependencies[name]]));
  const manifest = { dependencies: { ...pinned, "cloud-front-door": `file:${tarball}` } };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, ".npmrc"), "ignore-scripts=true\n");
  linkDependencies(folder, ["@cdktf/provider-aws"]);
  process.stderr.write("installing the program with CDK Terrain in cdktf's place; this takes a minute\n");
});

/** The core, and the classes of the project's own resources. */
const PACKAGES = ["@cdktf/provider-aws", "cdktf", "constructs"];

const CORES = { cdktf: "0.21.0", terrain: "npm:cdktn@0.24.0" };
/** Changes the core as docs/how-to/own-project.md describes it. */
function install(core: keyof typeof CORES): void {
  const file = join(folder, "package.json");
  const { dependencies } = JSON.parse(readFileSync(file, "utf8"));
  const cdktf = CORES[core];
  const manifest = { dependencies: { ...dependencies, cdktf }, ...(core === "terrain" && { overrides: { cdktf } }) };
  writeFileSync(file, JSON.stringify(manifest));
  run("npm", "install", "--no-audit", "--no-fund");
}
const installed = () => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "node_modules/cdktf/package.json"), "utf8"));
  return `${name} ${version}`;
};

test("a project changes to CDK Terrain's core, with the same files", () => {
  install("terrain");
  // Throws, with the names of the files that differ, when one does.
  frontDoor("synth", "--check");
  expect(installed()).toBe("cdktn 0.24.0");
});

// `package/package.test.ts` has the same on the core cdktf.
test("own resources of an installed provider refer to carried ones", () => {
  const main = readFileSync(join(folder, "main.ts"), "utf8");
  writeFileSync(join(folder, "main.ts"), OWN_RESOURCES);
  frontDoor("synth", "dev");
  const stack = JSON.parse(readFileSync(join(folder, "cdktf.out/stacks/dev/cdk.tf.json"), "utf8"));
  expect(stack["//"].metadata.version).toBe("0.24.0");
  expect(stack.resource.aws_dynamodb_table.own_table.name).toBe("${aws_cloudwatch_log_group.own.name}");
  writeFileSync(join(folder, "main.ts"), main);
  frontDoor("synth", "dev");
});

test("and back, with the same files", () => {
  install("cdktf");
  frontDoor("synth", "--check");
  expect(installed()).toBe("cdktf 0.21.0");
});

test("an upgrade installs a tarball, and the same release changes nothing", () => {
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  const report = frontDoor("upgrade", `./${tarball}`);
  const [, names = ""] = /^(.*): no change$/m.exec(report) ?? [];
  expect(names.split(", ").sort()).toEqual(readdirSync(join(folder, "synthesized")).sort());
});
