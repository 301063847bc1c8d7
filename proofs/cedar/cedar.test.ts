import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { envoyBinary } from "../../__tests__/component/envoy/support/binary";
import { testWhere } from "../../__tests__/support/describe-where";

function compare(...args: string[]) {
  return spawnSync(process.execPath, [join(__dirname, "run.cjs"), ...args], { encoding: "utf8" });
}

test("the built authorizer and Cedar decide 20,000 requests alike, with every feature among them", () => {
  const { status, stdout, stderr } = compare("--count", "20000", "--seed", "1");
  // All of the output is in the message of a failure.
  expect({ status, stdout: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, stdout: "" });
  expect(stdout).toMatch(/^20,\d{3} decisions in \d+ environments/);
  expect(stdout).toMatch(/^0 differences$/m);
});

const envoy = envoyBinary();
testWhere("missing" in envoy ? envoy.missing : undefined)(
  "real Envoy and Cedar decide 6,000 requests alike but for the differences by design, with every feature among them",
  () => {
    const { status, stdout, stderr } = compare("--envoy", "--count", "6000", "--seed", "4");
    expect({ status, stdout: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, stdout: "" });
    expect(stdout).toMatch(/^0 differences$/m);
  },
);

test("features that no decision had fail the command, and are named", () => {
  const { status, stdout } = compare("--count", "1", "--seed", "1");
  expect(status).toBe(1);
  expect(stdout).toMatch(/^no decision had: .+\n {4}raise --count$/m);
});

test.each(["--count 0", "--count 1e9", "--seed x", "--other"])("%s is refused", (options) => {
  const { status, stderr } = compare(...options.split(" "));
  expect(status).toBe(64);
  expect(stderr).toMatch(/usage: node proofs\/cedar\/run\.cjs/);
});

test("the translator imports nothing", () => {
  expect(readFileSync(join(__dirname, "translator.ts"), "utf8")).not.toMatch(/^import|require\(/m);
});
