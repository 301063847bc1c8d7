import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeOverride } from "../../../cli/terraform/scratch";
import { ProjectCopy } from "../../support/command";
import { describeTerraform } from "../../support/terraform-stack";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

describeTerraform("cdktf's own command", () => {
  test("npx cdktf plan dev plans the stack; an override in its folder needs no account", () => {
    const out = project.path("cdktf.out");
    const stack = join(out, "stacks", "dev");
    mkdirSync(stack, { recursive: true });
    writeOverride(stack);
    // As npx starts it, which takes half a second of processor time itself. `component/cli/cdktf` tests the command in
    // cdktf.json, for which npx takes a second and a half here.
    const command = project.path("node_modules", ".bin", "cdktf");
    const app = "node cli/run.cjs app";
    const plan = spawnSync(command, ["plan", "dev", "--output", out, "--skip-provider-lock", "--app", app], {
      cwd: project.folder,
      env: { ...process.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1" },
      encoding: "utf8",
    });
    expect(plan.stdout).toMatch(/\d+ to add/);
    expect(plan.stdout).toMatch(/0 to destroy/);
    expect(plan.status).toBe(0);
  });
});
