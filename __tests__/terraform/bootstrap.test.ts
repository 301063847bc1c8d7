import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import { declareBootstraps } from "../../main";
import { bootstraps } from "../support/bootstrap";
import { type Plan, planned } from "../support/plan";

const out = mkdtempSync(join(tmpdir(), "front-door-bootstrap-"));
const scratches: ScratchStack[] = [];
afterAll(() => {
  for (const scratch of scratches) scratch.remove();
  rmSync(out, { recursive: true });
});

/** Initialized while the tests are collected: who plans decides which of them can run. */
const stacks = bootstraps().map((bootstrap) => {
  const app = new App({ outdir: join(out, bootstrap.environment) });
  declareBootstraps(app, [bootstrap]);
  app.synth();
  const scratch = new ScratchStack(join(out, bootstrap.environment, "stacks", bootstrap.stack));
  scratches.push(scratch);
  const terraform = new Terraform(findTerraform(), scratch.folder);
  const init = terraform.run("init", "-input=false", "-no-color");
  return { name: bootstrap.stack, bootstrap, scratch, terraform, init };
});

describe.each(stacks)("$name", ({ bootstrap, scratch, terraform, init }) => {
  test("Terraform takes the stack, and an empty account gets every resource of it", () => {
    expect(init).toEqual({ code: 0, output: init.output });
    const validate = terraform.run("validate", "-no-color");
    expect(validate).toEqual({ code: 0, output: expect.stringContaining("The configuration is valid.") });
    const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan");
    expect(made).toEqual({ code: 0, output: made.output });
    const plan = terraform.json("show", "-json", "plan") as Plan;
    expect(new Set(plan.resource_changes.flatMap(({ change }) => change.actions))).toEqual(new Set(["create"]));
    expect(planned(plan, "aws_s3_bucket.state").bucket).toBe(bootstrap.bucket.name);
    expect(planned(plan, "google_service_account.deploy").account_id).toBe(bootstrap.deploy.name);
  });

  // The real providers would call the clouds here: only stand-ins apply without an account.
  const applying = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn) ? test : test.skip;

  applying("applied, the same configuration changes nothing, and no plan deletes the state's bucket", () => {
    const apply = terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
    expect(apply).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    const again = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode");
    expect(again).toEqual({ code: 0, output: expect.stringContaining("No changes.") });
    const gone = terraform.run("plan", "-destroy", "-input=false", "-no-color", "-lock=false");
    expect(gone).toEqual({ code: 1, output: expect.stringContaining("Instance cannot be destroyed") });
  });
});
