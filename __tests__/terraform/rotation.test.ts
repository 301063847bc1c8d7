import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import type { Intent } from "../../intent/intent";
import { declareStacks } from "../../main";
import { rotatedIntent } from "../support/rotation";
import { BUILD, intentOf } from "../support/stack";

const out = mkdtempSync(join(tmpdir(), "front-door-rotation-"));
let count = 0;

function synthesized(intent: Intent): string {
  const outdir = join(out, String(count++));
  const app = new App({ outdir });
  declareStacks(app, [intent], BUILD);
  app.synth();
  return join(outdir, "stacks", intent.environment);
}

const scratch = new ScratchStack(synthesized(intentOf("dev")));
const terraform = new Terraform(findTerraform(), scratch.folder);
const init = terraform.run("init", "-input=false", "-no-color");
const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
const applying = standIns ? test : test.skip;
afterAll(() => {
  scratch.remove();
  rmSync(out, { recursive: true });
});

interface Change {
  readonly address: string;
  readonly change: { readonly actions: readonly string[] };
}

/** What a plan would do, `<address> <actions>` each. */
function plan(...options: readonly string[]): readonly string[] {
  const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan", ...options);
  expect(made).toEqual({ code: 0, output: made.output });
  const { resource_changes } = terraform.json("show", "-json", "plan") as { resource_changes: readonly Change[] };
  const changes = resource_changes.filter(({ change }) => change.actions.join() !== "no-op");
  return changes.map(({ address, change }) => `${address} ${change.actions.join("+")}`).sort();
}

/** As far as these are concerned. */
function touching(...addresses: readonly string[]): readonly string[] {
  return plan().filter((change) => addresses.some((address) => change.startsWith(`${address} `)));
}

function apply(): void {
  const done = terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
  expect(done).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
}

const FILE = join(scratch.folder, "scratch.tfstate");
const CLIENT = "aws_cognito_user_pool_client.reporting_agent";
const VERSION = "aws_secretsmanager_secret_version.reporting_agent";
const ROTATION = "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent";

/** What a refresh finds after somebody else has changed it. */
function found(address: string, attributes: Readonly<Record<string, unknown>>): void {
  const state = JSON.parse(readFileSync(FILE, "utf8"));
  const [type, name] = address.split(".");
  const instance = state.resources.find(
    (each: { type: string; name: string }) => each.type === type && each.name === name,
  );
  Object.assign(instance.instances[0].attributes, attributes);
  writeFileSync(FILE, JSON.stringify({ ...state, serial: state.serial + 1 }));
}

const ADDED = [
  "aws_cloudwatch_event_rule.check_secret_reporting_agent create",
  "aws_cloudwatch_event_target.check_secret_reporting_agent create",
  "aws_cloudwatch_log_group.rotate_secret_reporting_agent create",
  "aws_cloudwatch_log_metric_filter.secret_age_reporting_agent create",
  "aws_cloudwatch_metric_alarm.failed_rotation_reporting_agent create",
  "aws_cloudwatch_metric_alarm.late_rotation_reporting_agent create",
  "aws_iam_role.rotate_secret_reporting_agent create",
  "aws_iam_role_policies_exclusive.rotate_secret_reporting_agent create",
  "aws_iam_role_policy.rotate_secret_reporting_agent create",
  "aws_iam_role_policy_attachments_exclusive.rotate_secret_reporting_agent create",
  "aws_lambda_function.rotate_secret_reporting_agent create",
  "aws_lambda_permission.check_secret_reporting_agent create",
  "aws_lambda_permission.secret_rotation_reporting_agent create",
  "aws_secretsmanager_secret_policy.reporting_agent update",
  `${ROTATION} create`,
];

applying("a rotation comes to a secret that is there without touching its version", () => {
  apply();
  scratch.lay(synthesized(rotatedIntent()));
  expect(plan()).toEqual(ADDED);
  apply();
  expect(plan()).toEqual([]);
});

applying("Terraform never puts an old value back, wherever the labels go and whatever Cognito still shows", () => {
  found(VERSION, { version_stages: ["AWSPREVIOUS", "FIRST"] });
  expect(plan()).toEqual([]);
  found(VERSION, { version_stages: ["FIRST"] });
  found(CLIENT, { client_secret: null });
  expect(touching(VERSION, ROTATION)).toEqual([]);
  const { clients } = rotatedIntent();
  const widened = clients.map((client) =>
    client.id === "reporting-agent" ? { ...client, scopes: ["orders/read"] } : client,
  );
  scratch.lay(synthesized({ ...rotatedIntent(), clients: widened }));
  expect(touching(CLIENT)).toEqual([`${CLIENT} update`]);
  expect(touching(VERSION)).toEqual([]);
  // A caller would ask for a scope that it may not have any more, until the next turn.
  expect(touching(ROTATION)).toEqual([`${ROTATION} delete+create`]);
  scratch.lay(synthesized(rotatedIntent()));
});

applying("another client has a first version of its own, and rotates at once", () => {
  const changes = plan(`-replace=${CLIENT}`);
  for (const address of [CLIENT, VERSION, ROTATION]) expect(changes).toContain(`${address} delete+create`);
});

applying("where to get tokens changes without another version: the next rotation writes it, at once", () => {
  const { issuers } = rotatedIntent();
  const moved = issuers.map((issuer) =>
    issuer.kind === "cognito" ? { ...issuer, domainPrefix: "elsewhere" } : issuer,
  );
  scratch.lay(synthesized({ ...rotatedIntent(), issuers: moved }));
  expect(touching(VERSION, ROTATION)).toEqual([`${ROTATION} delete+create`]);
});

applying("a secret that is no longer rotated keeps the value it has", () => {
  // As long as Cognito shows the client's secret at all: docs/operations.md says what to do before.
  found(CLIENT, { client_secret: "shown" });
  scratch.lay(synthesized(intentOf("dev")));
  expect(plan()).toEqual(ADDED.map((line) => line.replace(/ create$/, " delete")));
});

applying("a new client and its rotation come in one apply, and the next plan is empty", () => {
  const done = terraform.run("destroy", "-input=false", "-no-color", "-auto-approve", "-lock=false");
  expect(done).toMatchObject({ code: 0 });
  scratch.lay(synthesized(rotatedIntent()));
  apply();
  expect(plan()).toEqual([]);
  const state = readFileSync(FILE, "utf8");
  expect(state).not.toMatch(/"secret_string_wo": "/);
});
