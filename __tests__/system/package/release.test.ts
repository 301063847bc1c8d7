import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../package.json";
import { describeWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";
import { Registry, registryObstacle } from "./support/registry";

/** A release as people get it: from a registry, without the clone and with an empty cache of npm. */
const folder = mkdtempSync(join(tmpdir(), "front-door-release-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Environment variables of a machine about which npm remembers nothing. */
const MACHINE = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  HOME: join(folder, "home"),
  npm_config_cache: join(folder, "cache"),
  npm_config_update_notifier: "false",
};

function called(cwd: string, command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...MACHINE, ...more }, encoding: "utf8" });
  return { code: status, out: stdout, error: stderr };
}

const made = join(folder, "made");
const script = (name: string, ...args: readonly string[]) =>
  called(ROOT, process.execPath, [join(ROOT, "scripts", "release", name), ...args]);

/** Bytes of all files below a folder. */
function sizeOf(root: string): number {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

describeWhere(registryObstacle(), "a release on a registry", () => {
  let registry: Registry;
  beforeAll(async () => {
    mkdirSync(MACHINE.HOME);
    registry = await Registry.started(join(folder, "registry"));
  });
  afterAll(() => registry.stop());

  test("is made of a tarball and a bill of materials for each package, with their sums", () => {
    const { code, error } = script("make.cjs", made);
    expect([code, error]).toEqual([0, ""]);
    const names = ["cloud-front-door", "local-front-door", "terraform-access-review"];
    const files = names.flatMap((name) => [`${name}-${version}.cdx.json`, `${name}-${version}.tgz`]);
    expect(readdirSync(made).sort()).toEqual(["SHA256SUMS", ...files, "notes.md"]);
    const checked = called(made, "sha256sum", ["--check", "--strict", "SHA256SUMS"]);
    expect([checked.code, checked.out.match(/: OK$/gm)?.length]).toEqual([0, files.length]);
  });

  test("is published once, and a second attempt leaves it", () => {
    const outcomes = ["published", "was published before"].map((outcome) => {
      const { code, out } = script("publish.cjs", made, ...registry.publishing);
      return [code, out.split("\n").filter((line) => line.endsWith(`${version}: ${outcome}`)).length];
    });
    expect(outcomes).toEqual([
      [0, 3],
      [0, 3],
    ]);
  });

  test("one command makes a project, whose own checks pass", () => {
    const npm = { npm_config_registry: registry.url };
    const init = called(folder, "npx", ["--yes", `cloud-front-door@${version}`, "init", "shop", "--yes"], npm);
    expect(init).toMatchObject({ code: 0 });
    const shop = join(folder, "shop");
    const { dependencies } = JSON.parse(readFileSync(join(shop, "package.json"), "utf8"));
    expect([dependencies["cloud-front-door"], existsSync(join(shop, "vendor"))]).toEqual([version, false]);
    const since = Date.now();
    expect(called(shop, "npm", ["install"], npm)).toMatchObject({ code: 0 });
    process.stderr.write(`npm install: ${(Date.now() - since) / 1000} s\n`);
    expect(sizeOf(join(shop, "node_modules"))).toBeLessThan(150e6);
    for (const script of ["synth", "check"]) {
      const { code, out, error } = called(shop, "npm", ["run", "--silent", script]);
      expect([script, code, code === 0 ? "" : out + error]).toEqual([script, 0, ""]);
    }
  });
});
