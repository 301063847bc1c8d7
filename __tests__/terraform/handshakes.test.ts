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
import { previewUnder } from "../support/handshakes";
import { type Plan, planned } from "../support/plan";
import { BUILD } from "../support/stack";

const binary = findTerraform();
const out = mkdtempSync(join(tmpdir(), "front-door-handshakes-"));
const scratches: ScratchStack[] = [];
afterAll(() => {
  for (const scratch of scratches) scratch.remove();
  rmSync(out, { recursive: true });
});

const HANDSHAKES = ["federated", "shared-issuer"] as const;
type Handshake = (typeof HANDSHAKES)[number];

const folders = Object.fromEntries(HANDSHAKES.map((each) => [each, synthesized(previewUnder(each))])) as Record<
  Handshake,
  string
>;

/** Folder of the synthesized stack, in an output folder of its own. */
function synthesized(intent: Intent): string {
  const outdir = join(out, intent.handshake);
  const app = new App({ outdir });
  declareStacks(app, [intent], BUILD);
  app.synth();
  return join(outdir, "stacks", intent.environment);
}

const plans = HANDSHAKES.map((handshake) => {
  const scratch = new ScratchStack(folders[handshake]);
  scratches.push(scratch);
  const terraform = new Terraform(binary, scratch.folder);
  const init = terraform.run("init", "-input=false", "-no-color");
  const other = HANDSHAKES.find((each) => each !== handshake) as Handshake;
  return { handshake, other, scratch, terraform, init };
});

/** What a switch destroys and makes, by type: exactly what one handshake has and the other has not. */
const FEDERATED_TYPES = [
  "aws_apigatewayv2_authorizer",
  "aws_cloudwatch_log_group",
  "aws_iam_role",
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachments_exclusive",
  "aws_lambda_function",
  "aws_lambda_permission",
  "google_cloud_run_v2_service_iam_binding",
  "google_iam_workload_identity_pool",
  "google_iam_workload_identity_pool_provider",
  "google_service_account",
  "google_service_account_iam_binding",
];
const SHARED_TYPES = ["aws_apigatewayv2_authorizer"];
const BOTH = [
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_stage",
  "google_cloud_run_v2_service",
];

describe.each(plans)("preview under $handshake", ({ handshake, other, scratch, terraform, init }) => {
  const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
  // The real providers would call the clouds here: only stand-ins apply without an account.
  const applying = standIns ? test : test.skip;

  test("Terraform takes the stack: init, validate, plan", () => {
    expect(init).toEqual({ code: 0, output: init.output });
    const validate = terraform.run("validate", "-no-color");
    expect(validate).toEqual({ code: 0, output: expect.stringContaining("The configuration is valid.") });
    const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan");
    expect(made).toEqual({ code: 0, output: made.output });
    const plan = terraform.json("show", "-json", "plan") as Plan;
    expect(new Set(plan.resource_changes.map(({ change }) => change.actions.join()))).toEqual(new Set(["create"]));
    const service = planned(plan, "google_cloud_run_v2_service.orders");
    expect(service.invoker_iam_disabled).toBe(handshake === "shared-issuer");
  });

  applying("applied, the same configuration changes nothing", () => {
    const apply = terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
    expect(apply).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    const again = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode");
    expect(again).toEqual({ code: 0, output: expect.stringContaining("No changes.") });
  });

  applying(`a switch to ${other} makes and destroys what only one of the two has, and replaces nothing`, () => {
    scratch.lay(folders[other]);
    const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=switch");
    expect(made).toEqual({ code: 0, output: made.output });
    const { resource_changes } = terraform.json("show", "-json", "switch") as Plan;
    const typesOf = (action: string) =>
      [
        ...new Set(
          resource_changes.filter(({ change }) => change.actions.join("+") === action).map(({ type }) => type),
        ),
      ].sort();
    const [gone, come] = handshake === "federated" ? [FEDERATED_TYPES, SHARED_TYPES] : [SHARED_TYPES, FEDERATED_TYPES];
    expect({ delete: typesOf("delete"), create: typesOf("create"), update: typesOf("update") }).toEqual({
      delete: gone,
      create: come,
      update: BOTH,
    });
    expect(resource_changes.filter(({ change }) => change.actions.length > 1)).toEqual([]);
  });
});
