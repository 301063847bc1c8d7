import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeOverride } from "../../cli/terraform/scratch";

const ROOT = join(__dirname, "..", "..");
const out = mkdtempSync(join(tmpdir(), "front-door-cdktf-"));
afterAll(() => rmSync(out, { recursive: true }));

test("npx cdktf plan dev plans the stack; an override that lies there needs no account", () => {
  const stack = join(out, "stacks", "dev");
  mkdirSync(stack, { recursive: true });
  writeOverride(stack);
  const plan = spawnSync("npx", ["cdktf", "plan", "dev", "--output", out, "--skip-provider-lock"], {
    cwd: ROOT,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1" },
    encoding: "utf8",
  });
  expect(plan.stdout).toMatch(/\d+ to add/);
  expect(plan.stdout).toMatch(/0 to destroy/);
  expect(plan.status).toBe(0);
});
