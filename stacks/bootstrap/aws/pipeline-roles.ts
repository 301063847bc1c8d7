import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct } from "constructs";
import type { BootstrapIntent, PipelineIdentity } from "../../../intent/model/bootstrap-intent";
import { ExclusiveRole, type ExclusiveRoleProps } from "../../aws/exclusive-role";
import { policyDocument, type Statement } from "../../aws/policy-document";
import { deployStatements, planStatements } from "./statements";

/** Issuer of the tokens of GitHub's workflows. */
const ISSUER = "token.actions.githubusercontent.com";

/** Audience that a workflow requests for its token. Tokens for other audiences are refused. */
const AUDIENCE = "sts.amazonaws.com";

/** The two AWS roles that the repository's workflows assume, each for exact subjects. */
export class PipelineRoles extends Construct {
  readonly planArn: string;
  readonly deployArn: string;

  constructor(scope: Construct, id: string, intent: BootstrapIntent) {
    super(scope, id);
    const provider = this.identityProvider(intent);
    const { plan, deploy } = intent;
    this.planArn = new ExclusiveRole(this, "plan", {
      name: plan.name,
      description: `Plans ${intent.environment} for ${intent.repository.name}: reads, with the state's secrets in sight`,
      trust: [jobs(provider, plan)],
      ...fitting(planStatements(intent)),
    }).arn;
    this.deployArn = new ExclusiveRole(this, "deploy", {
      name: deploy.name,
      description: `Deploys ${intent.environment} for ${intent.repository.name}`,
      trust: [jobs(provider, deploy), ...people(intent.operators.aws)],
      ...fitting(deployStatements(intent)),
    }).arn;
  }

  /** An account has only one provider per issuer, so only one stack declares it. */
  private identityProvider({ aws }: BootstrapIntent): string {
    if (!aws.ownsIdentityProvider) return `arn:aws:iam::${aws.account}:oidc-provider/${ISSUER}`;
    // No thumbprints: AWS checks this issuer's certificate against its own list of authorities.
    return new IamOpenidConnectProvider(this, "github", { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] }).arn;
  }
}

/** IAM, "IAM and STS quotas": characters of all inline policies of a role together, white space not counted. */
const INLINE_CHARACTERS = 10_240;
/** IAM, "IAM and STS quotas": characters of a managed policy, white space not counted. */
const MANAGED_CHARACTERS = 6144;

/**
 * Puts as many statements as fit into the inline policy, so that reviewers find them in one place. The others go into a
 * managed policy.
 */
function fitting(statements: readonly Statement[]): Pick<ExclusiveRoleProps, "permissions" | "morePermissions"> {
  const size = (some: readonly Statement[]) => policyDocument(...some).length;
  let inline = statements.length;
  while (size(statements.slice(0, inline)) > INLINE_CHARACTERS) inline -= 1;
  const [permissions, morePermissions] = [statements.slice(0, inline), statements.slice(inline)];
  if (morePermissions.length === 0) return { permissions };
  if (size(morePermissions) <= MANAGED_CHARACTERS) return { permissions, morePermissions };
  throw new Error(
    `the permissions of a pipeline's role have ${size(statements)} characters, expected about ${INLINE_CHARACTERS + MANAGED_CHARACTERS} at most (IAM's limits)\n` +
      "    remove some of these from the environment: a trust store, a firewall, rotated secrets, objectives of services",
  );
}

function jobs(provider: string, { subjects }: PipelineIdentity): Statement {
  return {
    Sid: "Workflows",
    Effect: "Allow",
    Principal: { Federated: provider },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: subjects } },
  };
}

function people(roles: readonly string[]): readonly Statement[] {
  if (roles.length === 0) return [];
  return [{ Sid: "People", Effect: "Allow", Principal: { AWS: roles }, Action: "sts:AssumeRole" }];
}
