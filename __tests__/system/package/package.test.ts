import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { envoyBinary } from "../../component/envoy/support/binary";
import { SHOP_PROJECT } from "../../support/command";
import { testWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";
import { OWN_RESOURCES } from "./support/own-resources";
import { packedInto, packedRelease, unpacked } from "./support/project";

/** The package as a user gets it: from its tarball, in a folder outside the repository. */
const folder = mkdtempSync(join(tmpdir(), "front-door-package-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MODULES = join(folder, "node_modules");
const BIN = join(MODULES, ".bin");
const HOME = join(MODULES, "cloud-front-door");
/** What a bundle may load: the runtime dependencies, and the core that is the project's own. */
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const INSTALLED = [
  ...Object.keys(manifest.dependencies),
  "cdktf",
  "constructs",
  // undici loads it only for a cache that is not used here. Node 20 does not have it.
  "node:sqlite",
];
let tarball = "";
beforeAll(() => {
  tarball = packedRelease(folder);
  unpacked(join(folder, tarball), folder);
});

function run(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(BIN, "front-door"), args, { cwd, env: ENV, encoding: "utf8" });
  return { code: status, out: stdout, error: stderr };
}

/** Every file below a folder, by path. */
function filesOf(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => statSync(join(root, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(root, name), "utf8")]));
}

test("the tarball has at most 4 MB, ten dependencies, no script to install it and no TypeScript but types", () => {
  expect(statSync(join(folder, tarball)).size).toBeLessThan(4_000_000);
  const { dependencies, scripts } = JSON.parse(readFileSync(join(HOME, "package.json"), "utf8"));
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(10);
  expect(scripts).toBe(undefined);
  const names = Object.keys(filesOf(HOME));
  expect(names.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))).toEqual([]);
  expect(names.filter((name) => /^(__tests__|bench|config|scripts|synthesized)\//.test(name))).toEqual([]);
  const isForUsers = (name: string) =>
    name === "docs/index.md" || /^docs\/(explanation|how-to|reference|start)\/[\w-]+\.md$/.test(name);
  expect(names.filter((name) => name.startsWith("docs/") && !isForUsers(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(["docs/index.md", "docs/reference/config.md"]));
  expect(readdirSync(ROOT)).not.toContain("dist");
});

test("each link of a page leads to a file of the package", () => {
  const pages = Object.entries(filesOf(HOME)).filter(([name]) => /^(README|docs\/.*)\.md$|^README\.md$/.test(name));
  expect(pages.length).toBeGreaterThan(50);
  const broken = pages.flatMap(([name, text]) =>
    [...text.matchAll(/(?<!!)\[[^\]]+\]\((?!\w+:|#)([^)#\s]+)/g)]
      .map(([, target = ""]) => join(HOME, name, "..", target))
      .filter((target) => !existsSync(target))
      .map((target) => `${name}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("a second pack of the same sources makes the same bytes", () => {
  const again = mkdtempSync(join(folder, "again-"));
  expect(
    readFileSync(join(again, packedInto(again, "cloud-front-door"))).equals(readFileSync(join(folder, tarball))),
  ).toBe(true);
});

const FOLDERS = [
  ["front-door", ""],
  ["local-front-door", "packages/local-front-door"],
  ["terraform-access-review", "packages/terraform-access-review"],
] as const;

test.each(FOLDERS)("npm alone does not publish %s, and what it packs says that it is incomplete", (command, source) => {
  const cwd = join(ROOT, source);
  // Nothing listens there.
  const nowhere = ["--registry=http://127.0.0.1:9/", "--//127.0.0.1:9/:_authToken=none", "--fetch-retries=0"];
  const published = spawnSync("npm", ["publish", ...nowhere], { cwd, encoding: "utf8" });
  expect([published.stdout, published.stderr]).toEqual(["", expect.stringContaining("marked as private")]);
  const incomplete = mkdtempSync(join(folder, "incomplete-"));
  const name = execFileSync("npm", ["pack", "--silent", `--pack-destination=${incomplete}`], { cwd, encoding: "utf8" });
  execFileSync("tar", ["-xzf", name.trim(), "--strip-components=1"], { cwd: incomplete });
  const { bin } = JSON.parse(readFileSync(join(incomplete, "package.json"), "utf8"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(incomplete, bin[command])], {
    encoding: "utf8",
  });
  expect([status, stdout, stderr.split("\n").length]).toEqual([64, "", 2]);
  expect(stderr).toContain("npm run pack");
});

test("the licence of each package in the bundles is in the tarball", () => {
  const bundles = ["program.js", "synth-program.js", "review-program.js", "index.cjs"].map((name) =>
    readFileSync(join(HOME, "dist", name), "utf8"),
  );
  // esbuild names the folder of each module that is not minified.
  const names = bundles.flatMap((text) => [
    ...text.matchAll(/^\/\/ node_modules\/(?:.*\/node_modules\/)?((?:@[^/]+\/)?[^/]+)\//gm),
  ]);
  const bundled = [...new Set(names.map(([, name = ""]) => name))];
  const text = readFileSync(join(HOME, "dist", "LICENSES.txt"), "utf8");
  // Those in the functions, which are minified.
  bundled.push("aws4fetch");
  expect(bundled.length).toBeGreaterThan(50);
  expect(bundled.filter((name) => !new RegExp(`^${name} [0-9.]+\\S* \\(\\S.*\\)$`, "m").test(text))).toEqual([]);
});

test("everything that it loads is installed with it, carried by it, or the project's own core", () => {
  const carried = /^@cdktf\/provider-(aws|google)\//;
  for (const name of [
    "program.js",
    "synth-program.js",
    "review-program.js",
    "index.cjs",
    "testing.cjs",
    "providers.js",
  ]) {
    const { imports } = JSON.parse(readFileSync(join(HOME, "dist", `${name}.json`), "utf8")) as { imports: string[] };
    const others = imports.filter((path) => !(name.endsWith("program.js") && carried.test(path)));
    const packages = others.map((path) =>
      path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/"),
    );
    expect([name, packages.filter((each) => !INSTALLED.includes(each) && !each.startsWith("."))]).toEqual([name, []]);
  }
});

test("the same config gives the same bytes as in the repository, without packages of provider classes", () => {
  const shop = join(folder, "shop");
  mkdirSync(shop);
  for (const name of ["config", "cdktf.json", "main.ts"]) {
    cpSync(join(SHOP_PROJECT, name), join(shop, name), { recursive: true });
  }
  expect(run(shop, "synth")).toMatchObject({ code: 0, error: "" });
  expect(filesOf(join(shop, "synthesized"))).toEqual(filesOf(join(SHOP_PROJECT, "synthesized")));
  expect(isFresh(shop)).toBe(true);
  const program = join(HOME, "dist", "synth-program.js");
  const content = readFileSync(program);
  writeFileSync(program, Buffer.concat([content, Buffer.from("\n")]));
  const found = isFresh(shop);
  writeFileSync(program, content);
  expect(found).toBe(false);
});

/** Whether a review with the installed package would synthesize nothing. */
function isFresh(cwd: string): boolean {
  const module = JSON.stringify(join(HOME, "cli/bundle/fresh-tree.cjs"));
  const code = `process.stdout.write(String(require(${module}).freshTree() !== undefined))`;
  return spawnSync(process.execPath, ["-e", code], { cwd, encoding: "utf8" }).stdout === "true";
}

/** Returns the exit code of each command. */
function runInOneProcess(cwd: string, commands: readonly (readonly string[])[]) {
  const script = join(__dirname, "support", "commands.cjs");
  const args = [script, HOME, JSON.stringify(commands)];
  const { stdout, stderr: error } = spawnSync(process.execPath, args, { cwd, env: ENV, encoding: "utf8" });
  return { codes: JSON.parse(stdout.split("\n").at(-2) || "[]") as readonly number[], error };
}

const envoy = envoyBinary();
const NO_ENVOY = "missing" in envoy ? envoy.missing : undefined;
/** Names the repository's own Envoy, if it has one. A project would download it. */
const ENV = { ...process.env, ...("envoy" in envoy && { ENVOY: envoy.envoy }) };
const OIDC = ["--issuer", "https://acme.okta.com/oauth2/default", "--environments", "dev"];

/** Runs a tool that the project has installed. */
function tool(project: string, ...[name = "", ...args]: readonly string[]) {
  const env = { ...process.env, CHECKPOINT_DISABLE: "1", PATH: `${BIN}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(name, args, { cwd: project, env, encoding: "utf8" });
  return { code: status, out: stdout, error: stderr };
}

function expectOwnTestsToPass(project: string): void {
  for (const name of ["tsc", "jest"]) {
    const { code, out, error } = tool(project, name);
    expect([name, code, code === 0 ? "" : out + error]).toEqual([name, 0, ""]);
  }
}

const SHAPES = [
  ["oidc", "an OIDC issuer alone", OIDC, undefined],
  ["shared-pool", "shared issuer, Cognito", ["--handshake", "shared-issuer"], NO_ENVOY],
  ["shared-oidc", "shared issuer, OIDC", ["--handshake", "shared-issuer", ...OIDC], NO_ENVOY],
] as const;
const CHECKS = [
  ["synth", "--check"],
  ["generate", "--check"],
  ["workflows", "--check"],
] as const;
/** The client id of an OIDC issuer is for a person to replace. */
const PLACEHOLDER_WARNING = /^warning: .*got the placeholder .*\n.*rule placeholder, .*\n/gm;
const MATRIX = ["local", "dev", "--matrix"] as const;

test("init to green checks, each command in its own process: Cognito and one service", () => {
  const project = join(folder, "pool");
  expect(run(folder, "init", project, "--yes")).toMatchObject({ code: 0, error: "" });
  const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  expect(dependencies["cloud-front-door"]).toBe(`file:vendor/${tarball}`);
  expect(readFileSync(join(project, "vendor", tarball)).equals(readFileSync(join(folder, tarball)))).toBe(true);
  expect(run(project, "synth")).toMatchObject({ code: 0, error: "" });
  // `release.test.ts` runs this project's own tests.
  for (const command of [...CHECKS, MATRIX]) {
    const { code, error } = run(project, ...command);
    expect([command, code, code === 0 ? "" : error]).toEqual([command, 0, ""]);
  }
});

test("init writes nothing without npm, which packs the tarball", () => {
  const bin = join(folder, "bin-without-npm");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  const env = { ...ENV, PATH: bin };
  const { status, stderr } = spawnSync(join(BIN, "front-door"), ["init", "no-npm", "--yes"], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  expect([status, stderr.includes("npm cannot pack")]).toEqual([64, true]);
  expect(readdirSync(folder).filter((name) => name.startsWith("no-npm"))).toEqual([]);
});

test("init makes a project of each shape", () => {
  const commands = SHAPES.map(([name, , flags]) => ["init", join(folder, name), "--yes", ...flags]);
  expect(runInOneProcess(folder, commands)).toMatchObject({ codes: [0, 0, 0], error: "" });
});

for (const [name, shape, , missing] of SHAPES) {
  const project = join(folder, name);
  let matrix: unknown;

  test(`init to green checks: ${shape}`, () => {
    const commands = [["synth"], ...CHECKS, ...(missing === undefined ? [MATRIX] : [])];
    const { codes, error } = runInOneProcess(project, commands);
    matrix = codes[4];
    expect([codes.slice(0, 4), error.replace(PLACEHOLDER_WARNING, "")]).toEqual([[0, 0, 0, 0], ""]);
    if (name !== "shared-pool") expectOwnTestsToPass(project);
  });

  testWhere(missing)(`every caller gets what access.md says: ${shape}`, () => expect(matrix).toBe(0));
}

test("cdktf's own command line finds the stacks", () => {
  const { code, out } = tool(join(folder, "pool"), "cdktf", "list");
  expect([code, out]).toEqual([0, expect.stringMatching(/\bdev\b/)]);
});

test("a project's own test fails when a route becomes public", () => {
  const project = join(folder, "pool");
  const path = join(project, "config", "base.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace(/GET \/hello: .*/, "GET /hello: public"));
  expect(run(project, "synth")).toMatchObject({ code: 0, error: "" });
  const { code, error } = tool(project, "jest");
  expect([code, error.includes("anyone may call GET /hello")]).toEqual([1, true]);
});

test("own resources of an installed provider package refer to those of the package", () => {
  const project = join(folder, "oidc");
  symlinkSync(join(ROOT, "node_modules", "@cdktf"), join(MODULES, "@cdktf"));
  writeFileSync(join(project, "main.ts"), OWN_RESOURCES);
  expect(run(project, "synth")).toMatchObject({ code: 0 });
  const { resource } = JSON.parse(readFileSync(join(project, "synthesized", "dev", "main.tf.json"), "utf8"));
  expect(resource.aws_dynamodb_table.own_table.name).toBe("${aws_cloudwatch_log_group.own.name}");
  const carried = readFileSync(join(HOME, "dist", "program.js.json"), "utf8");
  expect(["cloudwatch-log-group", "dynamodb-table"].map((name) => carried.includes(`/${name}"`))).toEqual([
    true,
    false,
  ]);
  expect(tool(project, "tsc")).toMatchObject({ code: 0, out: "" });
});

test.each(["latest", "^0.2.0", "another-package", "../folder"])(
  "an upgrade refuses %s, which names no release",
  (version) => {
    const { code, error } = run(join(folder, "shop"), "upgrade", version);
    expect([code, error.includes(`got "${version}", expected a release`)]).toEqual([64, true]);
  },
);
