import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nodePackage, nodeRelease } from "../../../../packages/local-front-door/function/node-release";
import { ReadableStack } from "../../../support/local/reading";
import { rotatedIntent } from "../../../support/rotation";

const RUNTIME = "aws_lambda_function.judge.runtime";
const [OWN = ""] = process.versions.node.split(".");

const folder = mkdtempSync(join(tmpdir(), "front-door-build-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a function that declares this program's major version of Node runs on it", () => {
  expect(nodeRelease(`nodejs${OWN}.x`, RUNTIME, folder)).toEqual({ executable: process.execPath });
});

test("another version is a deviation that names the remedy, until that version is fetched", () => {
  expect(nodeRelease("nodejs24.x", RUNTIME, folder, "20.19.0")).toEqual({
    executable: process.execPath,
    deviation: `${RUNTIME}: the function runs in Node 20, the stack declares nodejs24.x; start this program in Node 24 to use that`,
  });
  const file = process.platform === "win32" ? "node.exe" : "node";
  const executable = join(folder, "node-24", "node_modules", nodePackage(), "bin", file);
  mkdirSync(dirname(executable), { recursive: true });
  writeFileSync(executable, "");
  expect(nodeRelease("nodejs24.x", RUNTIME, folder, "20.19.0")).toEqual({ executable });
});

test("a runtime other than Node is refused with its address", () => {
  for (const runtime of ["python3.13", "nodejs", "nodejs24"]) {
    expect(() => nodeRelease(runtime, RUNTIME, folder)).toThrow(`${RUNTIME}: cannot run ${runtime}`);
  }
});

test("only functions that decide on calls run, not those that rotate secrets", () => {
  const { functions } = ReadableStack.ofIntent(rotatedIntent()).read();
  expect(functions.map(({ name }) => name)).toEqual(["storefront-dev-callers", "storefront-dev-public"]);
});
