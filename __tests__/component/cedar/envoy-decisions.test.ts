import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";
import { envoyBinary } from "../envoy/support/binary";

const binary = envoyBinary();

describeWhere("missing" in binary ? binary.missing : undefined, "real Envoy and Cedar", () => {
  test("decide 6,000 requests alike but for the differences by design, with every feature among them", () => {
    const script = join(ROOT, "__tests__/cedar/run.cjs");
    const args = [script, "--envoy", "--count", "6000", "--seed", "4"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    // All of the output is in the message of a failure.
    expect({ status, stdout: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, stdout: "" });
    expect(stdout).toMatch(/^0 differences$/m);
  });
});
