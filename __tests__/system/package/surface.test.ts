import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";
import { previousRelease } from "./support/previous";
import { edited, packedRelease } from "./support/project";

const { schemas, unpacked } = require("../../../scripts/surface/collect.cjs");
const { compare } = require("../../../scripts/surface/compare.cjs");

const folder = mkdtempSync(join(tmpdir(), "front-door-surface-"));
afterAll(() => rmSync(folder, { recursive: true }));
const previous = previousRelease(join(folder, "previous"));
const current = join(folder, packedRelease(folder));

/** `npm run surface`. */
function surface(...args: readonly string[]) {
  const script = join(ROOT, "scripts", "surface", "surface.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  return { status, stderr, last: stdout.trim().split("\n").at(-1) };
}

const missing = "missing" in previous ? previous.missing : undefined;
testWhere(missing)("everything that this version breaks of the previous one is declared", () => {
  const tarball = "tarball" in previous ? previous.tarball : "";
  expect(surface(tarball, current)).toEqual({
    status: 0,
    stderr: "",
    last: expect.stringMatching(/^0\.1\.0 to .*: [1-9]\d* added, [1-9]\d* declared breaks, 0 undeclared$/),
  });
});

test("a key that is gone from the program is named", async () => {
  const copy = join(folder, "copy");
  mkdirSync(copy);
  execFileSync("tar", ["-xzf", current, "-C", copy]);
  edited(join(copy, "package", "dist", "program.js"), /\bhealthPath: (text\d*\()/, "livenessPath: $1");
  const broken = join(folder, "broken.tgz");
  execFileSync("tar", ["-czf", broken, "-C", copy, "package"]);
  const [was, is] = [current, broken].map((tarball, index) => schemas(unpacked(tarball, join(folder, String(index)))));
  const { added, breaks } = compare(await was, await is, []);
  expect(breaks).toEqual([{ kind: "config key", id: "services.*.healthPath" }]);
  expect(added).toEqual([{ kind: "config key", id: "services.*.livenessPath" }]);
});

test("anything but two tarballs of the package is refused", () => {
  const other = join(folder, "other.tgz");
  execFileSync("tar", ["-czf", other, "-C", join(ROOT, "packages"), "terraform-access-review/package.json"]);
  expect(surface().status).toBe(64);
  for (const path of [other, join(folder, "none.tgz"), __filename]) {
    expect(surface(current, path)).toMatchObject({ status: 64, stderr: expect.stringContaining(`${path}: got `) });
  }
});
