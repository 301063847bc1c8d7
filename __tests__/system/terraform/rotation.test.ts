import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rotatedIntent as rotatedDev } from "../../support/rotation";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

const CLIENT = "aws_cognito_user_pool_client.reporting_agent";
const VERSION = "aws_secretsmanager_secret_version.reporting_agent";
const ROTATION = "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent";
const ROTATED = [CLIENT, VERSION, ROTATION];

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

const without = small(intentOf("dev"));
const rotatedIntent = () => small(rotatedDev());

describeTerraform("a rotated client secret", () => {
  let stack: TerraformStack;

  /** Sets the value that a refresh finds after a change outside Terraform. */
  function found(address: string, attributes: Readonly<Record<string, unknown>>): void {
    const [type, name] = address.split(".");
    stack.editState(({ resources }) => {
      const resource = resources.find((each) => each.type === type && each.name === name);
      Object.assign(resource?.instances[0]?.attributes, attributes);
    });
  }

  /** The changes of the client, its secret's version and its rotation. */
  const ofRotated = (...options: readonly string[]) =>
    stack.changes(...options).filter((change) => ROTATED.some((address) => change.startsWith(`${address} `)));

  applying("a rotation can be added to an existing secret without a change of its version", () => {
    stack = TerraformStack.of(without);
    stack.deploy();
    expect(stack.lay(rotatedIntent()).changes()).toEqual(ADDED);
    stack.apply();
    stack.expectNoChanges();
  });

  applying("Terraform never restores an old value, regardless of the labels and of what Cognito still shows", () => {
    found(VERSION, { version_stages: ["AWSPREVIOUS", "FIRST"] });
    stack.expectNoChanges();
    found(VERSION, { version_stages: ["FIRST"] });
    found(CLIENT, { client_secret: null });
    expect(ofRotated().filter((change) => !change.startsWith(CLIENT))).toEqual([]);
    const { clients } = rotatedIntent();
    const widened = clients.map((client) =>
      client.id === "reporting-agent" ? { ...client, scopes: ["orders/read"] } : client,
    );
    // Otherwise, a caller would request a removed scope until the next rotation.
    stack.lay({ ...rotatedIntent(), clients: widened });
    expect(ofRotated()).toEqual([`${CLIENT} update`, `${ROTATION} delete+create`]);
    stack.lay(rotatedIntent());
  });

  applying("another client has its own first version, and rotates immediately", () => {
    expect(ofRotated(`-replace=${CLIENT}`)).toEqual(ROTATED.map((address) => `${address} delete+create`).sort());
  });

  applying("a new token endpoint changes no version: an immediate rotation writes it", () => {
    const { issuers } = rotatedIntent();
    const moved = issuers.map((issuer) =>
      issuer.kind === "cognito" ? { ...issuer, domainPrefix: "elsewhere" } : issuer,
    );
    stack.lay({ ...rotatedIntent(), issuers: moved });
    expect(ofRotated().filter((change) => !change.startsWith(CLIENT))).toEqual([`${ROTATION} delete+create`]);
  });

  applying("a secret that is no longer rotated keeps the value it has", () => {
    // Only as long as Cognito shows the client's secret. `docs/how-to/secrets.md` states what to do before.
    found(CLIENT, { client_secret: "shown" });
    expect(stack.lay(without).changes()).toEqual(ADDED.map((line) => line.replace(/ create$/, " delete")));
  });

  applying("one apply creates a new client and its rotation, and the next plan is empty", () => {
    const fresh = TerraformStack.of(rotatedIntent());
    fresh.deploy();
    fresh.expectNoChanges();
    expect(readFileSync(join(fresh.folder, "scratch.tfstate"), "utf8")).not.toMatch(/"secret_string_wo": "/);
  });
});
