import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import type { Intent } from "../../intent/intent";
import { declareStacks } from "../../main";
import { AUDITORS, auditedDev, auditedPreview, auditedRest } from "../support/auditors";
import { type Plan, planned } from "../support/plan";
import { BUILD } from "../support/stack";

const binary = findTerraform();
const out = mkdtempSync(join(tmpdir(), "front-door-auditors-"));
const scratches: ScratchStack[] = [];
afterAll(() => {
  for (const scratch of scratches) scratch.remove();
  rmSync(out, { recursive: true });
});

/** Folder of the synthesized stack: the app's own synthesis, which every policy rule must let through. */
function synthesized(name: string, intent: Intent): string {
  const outdir = join(out, name.replaceAll(/\W+/g, "-"));
  const app = new App({ outdir });
  declareStacks(app, [intent], BUILD);
  app.synth();
  return join(outdir, "stacks", intent.environment);
}

function started(name: string, intent: Intent) {
  const scratch = new ScratchStack(synthesized(name, intent));
  scratches.push(scratch);
  const terraform = new Terraform(binary, scratch.folder);
  const init = terraform.run("init", "-input=false", "-no-color");
  // The real providers would call the clouds here: only stand-ins apply without an account.
  const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
  const plan = () => {
    const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan");
    expect(made).toEqual({ code: 0, output: made.output });
    return terraform.json("show", "-json", "plan") as Plan;
  };
  const apply = () => terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
  return { scratch, terraform, init, applying: standIns ? test : test.skip, plan, apply };
}

const IN_AWS = ["aws_iam_role.auditors", "aws_iam_role_policy.auditors", "aws_cloudwatch_query_definition.used_grants"];
const IN_GOOGLE = [
  "google_logging_log_view.auditors",
  "google_logging_log_view_iam_binding.auditors",
  "google_logging_project_bucket_config.auditors",
  "google_logging_project_sink.auditors",
];

describe.each(
  [
    { name: "http", intent: auditedDev(), there: [...IN_AWS, ...IN_GOOGLE] },
    { name: "http, auditors in AWS alone", intent: auditedDev({ awsRoles: AUDITORS.awsRoles }), there: IN_AWS },
    { name: "http, in Google alone", intent: auditedDev({ googleGroups: AUDITORS.googleGroups }), there: IN_GOOGLE },
    { name: "rest with a firewall", intent: auditedRest(), there: [...IN_AWS, ...IN_GOOGLE] },
    { name: "where the gateway decides", intent: auditedPreview(), there: [...IN_AWS, ...IN_GOOGLE] },
  ].map((each) => ({ ...each, ...started(each.name, each.intent) })),
)("$name", ({ intent, there, terraform, init, applying, plan, apply }) => {
  test("Terraform takes the stack: init, validate, plan", () => {
    expect(init).toEqual({ code: 0, output: init.output });
    const validate = terraform.run("validate", "-no-color");
    expect(validate).toEqual({ code: 0, output: expect.stringContaining("The configuration is valid.") });
    const made = plan();
    const addresses = made.resource_changes.map(({ address }) => address);
    expect([...IN_AWS, ...IN_GOOGLE].filter((address) => addresses.includes(address))).toEqual(there);
    if (!there.includes("google_logging_project_bucket_config.auditors")) return;
    expect(planned(made, "google_logging_project_bucket_config.auditors").retention_days).toBe(
      planned(made, `aws_cloudwatch_log_group.${intent.gateway.kind === "rest" ? "rest_access" : "access"}`)
        .retention_in_days,
    );
  });

  applying("applied, the same configuration changes nothing", () => {
    expect(apply()).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    const again = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode");
    expect(again).toEqual({ code: 0, output: expect.stringContaining("No changes.") });
  });
});

describe("auditors come and go", () => {
  const somebody = auditedDev();
  const { auditors: _, ...nobody } = somebody;
  const { scratch, applying, apply, plan } = started("nobody", nobody);
  const changes = () =>
    plan()
      .resource_changes.filter(({ change }) => change.actions.join() !== "no-op")
      .map(({ address, change }) => `${change.actions.join("+")} ${address}`);
  const OF_AUDITORS = /auditors|query_definition|google_project_service\.logging/;

  applying("and nothing else of the environment changes with them", () => {
    expect(apply()).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    scratch.lay(synthesized("somebody", somebody));
    const coming = changes();
    expect(coming.filter((change) => !change.startsWith("create ") || !OF_AUDITORS.test(change))).toEqual([]);
    expect(apply()).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    scratch.lay(synthesized("nobody-again", nobody));
    expect(changes()).toEqual(coming.map((change) => change.replace("create ", "delete ")));
  });
});
