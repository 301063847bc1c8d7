import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/places";

function prove(...args: string[]) {
  const script = join(ROOT, "__tests__/cedar/run.cjs");
  return spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
}

test("the built authorizer and Cedar decide 20,000 requests alike, with every feature among them", () => {
  const { status, stdout, stderr } = prove("--count", "20000", "--seed", "1");
  // All of the output is in the message of a failure.
  expect({ status, stdout: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, stdout: "" });
  expect(stdout).toMatch(/^20,\d{3} decisions in \d+ environments/);
  expect(stdout).toMatch(/^0 differences$/m);
});

test("features that no decision had fail the command, and are named", () => {
  const { status, stdout } = prove("--count", "1", "--seed", "1");
  expect(status).toBe(1);
  expect(stdout).toMatch(/^no decision had: .+\n {4}raise --count$/m);
});

test.each(["--count 0", "--count 1e9", "--seed x", "--other"])("%s is refused", (options) => {
  const { status, stderr } = prove(...options.split(" "));
  expect(status).toBe(64);
  expect(stderr).toMatch(/usage: npm run prove:decisions/);
});

test("the translator has at most 300 lines, and imports nothing", () => {
  const text = readFileSync(join(ROOT, "__tests__/cedar/translator.ts"), "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(300);
  expect(text).not.toMatch(/^import|require\(/m);
});
