import { diagnosisOf, shownFailure, terraformFailure, warningsOf } from "../../../../cli/terraform/failure";
import { testAll } from "../../../support/test-all";

/** As Terraform 1.15 prints it. */
const HELD = `
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error StatusCode: 412
Lock Info:
  ID:        b99de972-5e3c-b3ad-255b-d64d3d408fba
  Path:      storefront-dev-terraform-state/storefront/dev.tfstate
  Operation: OperationTypeApply
  Who:       ann@build-7
  Version:   1.15.5
  Created:   2026-11-25 17:26:07.024362269 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.
`;

test.each(["plain", "boxed"])("a locked state is explained: who holds it, since when, and what to do (%s)", (form) => {
  const output = form === "plain" ? HELD : HELD.replaceAll(/^/gm, "│ ");
  expect(terraformFailure("dev", "plan", output).message).toBe(
    [
      "dev: another run holds the state: ann@build-7, since 2026-11-25 17:26:07.024362269 +0000 UTC",
      "    wait until that run has ended, and start again; nothing was changed",
      "    if no run is left: terraform -chdir=cdktf.out/stacks/dev force-unlock b99de972-5e3c-b3ad-255b-d64d3d408fba",
    ].join("\n"),
  );
});

/** As Terraform 1.11 prints it: a plan would replace a tainted object with `prevent_destroy`. */
const NEVER_DESTROYED = `
Error: Instance cannot be destroyed

  on cdk.tf.json line 1, in resource.terraform_data:
   1: {"resource":{"terraform_data":{"kept":{"lifecycle":{"prevent_destroy":true}}}}}

Resource terraform_data.kept has lifecycle.prevent_destroy set, but the plan
calls for this resource to be destroyed. To avoid this error and continue
with the plan, either disable lifecycle.prevent_destroy or reduce the scope
of the plan using the -target option.
`;
const boxed = (text: string) => text.replaceAll(/^/gm, "│ ");

test("errors that commands decide on are data, also in a box and below other errors", () => {
  const diagnoses = (output: string) => [...terraformFailure("dev", "plan", output).diagnoses];
  expect(diagnoses(NEVER_DESTROYED)).toEqual(["never-destroyed"]);
  expect(diagnoses(boxed(NEVER_DESTROYED))).toEqual(["never-destroyed"]);
  expect(diagnoses(HELD)).toEqual(["state-locked"]);
  expect([...shownFailure("dev", "plan", boxed(HELD)).diagnoses]).toEqual(["state-locked"]);
  expect(diagnoses(`Error: Invalid function argument\n${NEVER_DESTROYED}`)).toEqual(["never-destroyed"]);
});

test("a text that only quotes such an error is not one", () => {
  const quotes = `Error: failed\n\n  description = "Error: Instance cannot be destroyed"\n  Error: Instance cannot be destroyed\n`;
  expect([...terraformFailure("dev", "plan", quotes).diagnoses]).toEqual([]);
});

/** Summaries of an apply's JSON after Ctrl-C, by Terraform 1.11. */
testAll([
  ["execution halted", "stopped"],
  ["operation canceled", "stopped"],
  ["operation cancelled", "stopped"],
  ["local-exec provisioner error", undefined],
  ["creating IAM Role (x): execution halted", undefined],
])("the error %j means %s", (summary, means) => {
  expect(diagnosisOf(summary)).toBe(means);
});

/** Messages of Terraform 1.15, its S3 backend, the two providers and their SDKs. */
testAll([
  ["Error: No valid credential sources found", "AWS credentials"],
  ["Error: failed to refresh cached credentials, no EC2 IMDS role found", "AWS credentials"],
  ["api error ExpiredToken: The security token included in the request is expired", "AWS credentials"],
  ["Error: AWS account ID not allowed: 999988887777", "another account"],
  ["Error: google: could not find default credentials.", "Google credentials"],
  ['oauth2: "invalid_grant" "reauth related error (invalid_rapt)"', "Google credentials"],
  ['Error: Failed to get existing workspaces: S3 bucket "x-terraform-state" does not exist.', "the state bucket"],
  ['Error: Backend initialization required, please run "terraform init"', "not yet connected to the state"],
  ["api error NoSuchBucket: The specified bucket does not exist", "the state bucket"],
  [
    "Error: Error creating Topic: googleapi: Error 403: Cloud Pub/Sub API has not been used in project 1 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/pubsub.googleapis.com/overview?project=1 then retry.",
    "a Google API that a resource needs is not enabled",
  ],
  ["Error 409: Service account orders already exists within project projects/shop.", "an object of this name exists"],
  [
    "Error: Error creating WorkloadIdentityPool: googleapi: Error 409: Requested entity already exists",
    "the id of the workload identity pool or its provider is taken",
  ],
  ["Error: Failed to query available provider packages\n\nCould not retrieve the list", "registry"],
  [
    "Error: Failed to install provider\n│ a copy that doesn't match any of the\n│ checksums recorded",
    "locked checksums",
  ],
  ['No argument or block type is named "memory_size".', "an argument that the stack sets"],
  ["api error AccessDenied: User is not authorized to perform: iam:CreateRole", "lack a permission"],
  ["googleapi: Error 403: Permission 'run.services.create' denied", "lack a permission"],
])("%j gets two lines with its meaning and remedy, above Terraform's own", (said, means) => {
  const { message, exitCode } = terraformFailure("dev", "plan", `${said}\n`);
  const [first, second, ...rest] = message.split("\n");
  expect([first, second]).toEqual([expect.stringContaining(means), expect.stringMatching(/^ {4}\S/)]);
  expect(rest).toEqual([...said.split("\n"), "dev: terraform plan failed, see above"]);
  expect(exitCode).toBe(1);
});

test("what this machine refused to Terraform has the machine's exit code, and its path and remedy", () => {
  const { message, exitCode } = terraformFailure(
    "dev",
    "init",
    "Error: Failed\n│ write\n│ /p/x_5.zip: no space left on device\n",
  );
  const [first, second] = message.split("\n");
  expect([first, second, exitCode]).toEqual([
    expect.stringMatching(/^dev: \/p\/x_5\.zip: .* \(ENOSPC\)$/),
    expect.stringMatching(/^ {4}\S/),
    64,
  ]);
});

test("prints any other failure only in Terraform's own words", () => {
  const { message } = terraformFailure("dev", "plan", "Error: Invalid function argument\n");
  expect(message).toBe("Error: Invalid function argument\ndev: terraform plan failed, see above");
});

/** As an apply prints them: provider 6.50's text, in one diagnostic with the address. */
const deletedBucket = (refusal: string) =>
  [
    'Error: Error updating Logging Bucket Config "projects/shop-dev/locations/europe-west1/buckets/shop-dev-auditors": ' +
      `googleapi: Error 400: ${refusal}`,
    "  google_logging_project_bucket_config.auditors",
  ].join("\n");

test.each(["Buckets must be in an ACTIVE state to be modified", "bucket is pending deletion"])(
  "a log bucket that was deleted has commands that restore it and keep the next deploy from deleting it again: %s",
  (refusal) => {
    const [, ...lines] = terraformFailure("dev", "apply", deletedBucket(refusal)).message.split("\n");
    expect(lines[0]).toBe(
      "    restore it: gcloud logging buckets undelete shop-dev-auditors --location=europe-west1 --project=shop-dev",
    );
    expect(lines[2]).toBe(
      "    terraform -chdir=cdktf.out/stacks/dev untaint google_logging_project_bucket_config.auditors",
    );
  },
);

test("a secret that is scheduled for deletion has the command that restores it", () => {
  const said =
    "Error: creating Secrets Manager Secret (shop-dev/clients/script): operation error Secrets Manager: CreateSecret, " +
    "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.";
  expect(terraformFailure("dev", "apply", said).message).toContain(
    "aws secretsmanager restore-secret --secret-id shop-dev/clients/script;",
  );
});

test("the warnings of a plan are what Terraform prints between the changes and its hints", () => {
  const warning = "Warning: Argument is deprecated\n\n  with aws_s3_bucket.b,\n\nacl is deprecated.";
  const planned = `Plan: 1 to add.\n\n${warning}\n\n${warning}\n\n${"─".repeat(77)}\n\nSaved the plan to: p\n`;
  expect(warningsOf(planned)).toBe(`${warning}\n\n${warning}`);
  expect(warningsOf("Plan: 1 to add.\n")).toBe("");
});
