import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct } from "constructs";
import type { BootstrapIntent, PipelineIdentity } from "../../../intent/bootstrap-intent";
import { ExclusiveRole } from "../../aws/exclusive-role";
import { policyDocument, type Statement } from "../../aws/policy-document";
import { deployStatements, planStatements } from "./statements";

/** Who signs the tokens of GitHub's workflows. */
const ISSUER = "token.actions.githubusercontent.com";

/** What a workflow asks its token for, so that one for another receiver is worth nothing here. */
const AUDIENCE = "sts.amazonaws.com";

/** The two roles that the repository's workflows become in AWS, each for exact subjects. */
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
      permissions: fitting(planStatements(intent)),
    }).arn;
    this.deployArn = new ExclusiveRole(this, "deploy", {
      name: deploy.name,
      description: `Deploys ${intent.environment} for ${intent.repository.name}`,
      trust: [jobs(provider, deploy), ...people(intent.operators.aws)],
      permissions: fitting(deployStatements(intent)),
    }).arn;
  }

  /** An account has one for each issuer, whoever declares it. */
  private identityProvider({ aws }: BootstrapIntent): string {
    if (!aws.ownsIdentityProvider) return `arn:aws:iam::${aws.account}:oidc-provider/${ISSUER}`;
    // Without thumbprints: AWS checks this issuer's certificate against its own list of authorities.
    return new IamOpenidConnectProvider(this, "github", { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] }).arn;
  }
}

/** IAM, "IAM and STS quotas": characters of all inline policies of a role together, white space not counted. */
const INLINE_CHARACTERS = 10_240;

/** An apply would be refused: better said where somebody can do something about it. */
function fitting(statements: readonly Statement[]): readonly Statement[] {
  const { length } = policyDocument(...statements);
  if (length <= INLINE_CHARACTERS) return statements;
  throw new Error(
    `the policy of a pipeline's role has ${length} characters, expected at most ${INLINE_CHARACTERS} (IAM's limit)\n` +
      "    let the environment do with less of: a trust store, a firewall, both kinds of API, rotated secrets",
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
