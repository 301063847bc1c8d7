import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { ProjectCopy } from "../support/command";

const project = new ProjectCopy();
afterAll(() => project.remove());

test("npx cdktf synth writes the same bytes as npm run synth", () => {
  expect(project.run(["synth"]).code).toBe(0);
  const cdktf = spawnSync("npx", ["cdktf", "synth", "--output", "by-cdktf"], {
    cwd: project.folder,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1" },
    encoding: "utf8",
  });
  expect([cdktf.status, cdktf.stderr]).toEqual([0, expect.any(String)]);
  for (const environment of ["dev", "prod", "staging"]) {
    const [ours, theirs] = ["cdktf.out", "by-cdktf"].map((out) =>
      readFileSync(project.path(out, "stacks", environment, "cdk.tf.json"), "utf8"),
    );
    expect(theirs).toBe(ours);
  }
}, 120_000);
