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

test("this program's own Node runs what declares its major version", () => {
  expect(nodeRelease(`nodejs${OWN}.x`, RUNTIME, folder)).toEqual({ executable: process.execPath });
});

test("another one is a deviation that says what would change it, until it is fetched", () => {
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

test("a runtime that is no Node is refused with its address", () => {
  for (const runtime of ["python3.13", "nodejs", "nodejs24"]) {
    expect(() => nodeRelease(runtime, RUNTIME, folder)).toThrow(`${RUNTIME}: cannot run ${runtime}`);
  }
});

test("of the functions, those that decide on calls run, and not those that rotate secrets", () => {
  const { functions } = ReadableStack.ofIntent(rotatedIntent()).read();
  expect(functions.map(({ name }) => name)).toEqual(["storefront-dev-callers", "storefront-dev-public"]);
});
