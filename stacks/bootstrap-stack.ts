import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import type { BootstrapIntent } from "../intent/model/bootstrap-intent";
import { AddressedStack } from "./addressed-stack";
import { PrivateBucket } from "./aws/private-bucket";
import { PipelineRoles } from "./bootstrap/aws/pipeline-roles";
import { PipelineAccounts } from "./bootstrap/google/pipeline-accounts";
import { enforceBootstrapPolicies } from "./policy/policies";
import { literal } from "./shared/literal";
import { declareBackend, declareProviders } from "./terraform-settings";

/**
 * The resources that one environment needs before a pipeline can plan or deploy it: a bucket for its state, and the
 * pipeline's identities.
 */
export class BootstrapStack extends AddressedStack {
  constructor(scope: Construct, props: BootstrapIntent) {
    super(scope, props.stack);
    // The state's lock file needs Terraform 1.10, and the environment's own stack requires 1.11.
    this.addOverride("terraform.required_version", ">= 1.11.0");
    const intent = literal(props);
    declareBackend(this, intent.state);
    declareProviders(this, intent);
    declareStateBucket(this, intent.bucket);
    const roles = new PipelineRoles(this, "PipelineRoles", intent);
    const accounts = new PipelineAccounts(this, "PipelineAccounts", intent);
    enforceBootstrapPolicies(this, intent);
    const outputs = new Construct(this, "Outputs");
    new TerraformOutput(outputs, "plan", {
      value: { aws_role: roles.planArn, google_account: accounts.planEmail },
      description: "Identities of plan jobs",
    });
    new TerraformOutput(outputs, "deploy", {
      value: { aws_role: roles.deployArn, google_account: accounts.deployEmail },
      description: "Identities of deploy jobs",
    });
  }
}

/** How long an overwritten state can be restored, in days. The newest versions are kept longer. */
const KEPT_DAYS = 365;
const KEPT_VERSIONS = 50;

/**
 * The bucket of Terraform's state, which includes secrets. A lost state can be restored, and no plan deletes it. As
 * with clients' secrets, a denial keeps out principals that may read everything in the account.
 */
function declareStateBucket(scope: Construct, { name, region, key, readers }: BootstrapIntent["bucket"]): void {
  new PrivateBucket(scope, "StateBucket", {
    address: "state",
    bucket: { bucket: name, region, lifecycle: { preventDestroy: true } },
    kept: { noncurrentDays: KEPT_DAYS, newerNoncurrentVersions: KEPT_VERSIONS },
    denied: (arn) => ({
      Sid: "StateForItsReaders",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${arn}/${key}`,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } },
    }),
  });
}
