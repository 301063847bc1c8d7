import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { Construct } from "constructs";
import type { BootstrapIntent, PipelineIdentity } from "../../../intent/model/bootstrap-intent";
import { formatProblem } from "../../../intent/model/problem";
import { ExclusiveRole, type ExclusiveRoleProps } from "../../aws/exclusive-role";
import { policyDocument, type Statement } from "../../aws/policy-document";
import { boundaryStatements, ownStatements } from "./boundary";
import { AWS_NEEDS } from "./permissions";
import { AWS_RESOURCES, type AwsPlace, type AwsResources } from "./resources";

/** Issuer of the tokens of GitHub's workflows. */
const ISSUER = "token.actions.githubusercontent.com";

/** Audience that a workflow requests for its token. Tokens for other audiences are refused. */
const AUDIENCE = "sts.amazonaws.com";

/** IAM would refuse a policy. The message has place and remedy. */
export class PolicyTooLarge extends Error {
  constructor({ place }: BootstrapIntent, message: string, remedy: string) {
    super(formatProblem({ ...place, message, remedy }));
  }
}

/**
 * The two AWS roles that the repository's workflows assume, each for exact subjects, and the permissions boundary of the
 * environment's roles.
 */
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
      ...fitting(intent, "plan", planStatements(intent)),
    }).arn;
    this.deployArn = new ExclusiveRole(this, "deploy", {
      name: deploy.name,
      description: `Deploys ${intent.environment} for ${intent.repository.name}`,
      trust: [jobs(provider, deploy), ...people(intent.operators.aws)],
      ...fitting(intent, "deploy", deployStatements(intent)),
    }).arn;
    if (intent.aws.boundaryArn !== undefined) declareBoundary(this, intent, intent.aws.boundaryArn);
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
function fitting(
  intent: BootstrapIntent,
  role: "plan" | "deploy",
  statements: readonly Statement[],
): Pick<ExclusiveRoleProps, "permissions" | "morePermissions"> {
  const size = (some: readonly Statement[]) => policyDocument(...some).length;
  let inline = statements.length;
  while (size(statements.slice(0, inline)) > INLINE_CHARACTERS) inline -= 1;
  const [permissions, morePermissions] = [statements.slice(0, inline), statements.slice(inline)];
  if (morePermissions.length === 0) return { permissions };
  if (size(morePermissions) <= MANAGED_CHARACTERS) return { permissions, morePermissions };
  throw new PolicyTooLarge(
    intent,
    `got ${size(statements)} characters of permissions for the role ${intent[role].name}, expected about ${INLINE_CHARACTERS + MANAGED_CHARACTERS} at most (IAM's limits)`,
    "remove some of these from the environment: a trust store, a firewall, rotated secrets, objectives of services, permissions of your own",
  );
}

/** The permissions boundary of each role of the environment. The deploy role may set it, and may not change it. */
function declareBoundary(scope: Construct, intent: BootstrapIntent, arn: string): void {
  const policy = policyDocument(...boundaryStatements(intent));
  if (policy.length > MANAGED_CHARACTERS) {
    throw new PolicyTooLarge(
      intent,
      `got ${policy.length} characters of permissions boundary, expected ${MANAGED_CHARACTERS} at most (IAM's limit)`,
      "name fewer actions and resources in permissions.<type>.roles",
    );
  }
  new IamPolicy(scope, "boundary", {
    name: arn.split("/").at(-1),
    // words: another description would replace the policy, which AWS refuses while roles have it.
    description: "The most that a role of the environment may do",
    policy,
  });
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

/**
 * The statements of both roles and of the boundary. Some resources have a wildcard, because ids are not known before the
 * objects exist, or because AWS has no narrower resource for the action.
 */
export function pipelineStatements(intent: BootstrapIntent): readonly Statement[] {
  return [...planStatements(intent), ...deployStatements(intent), ...boundaryStatements(intent)];
}

/** Permissions of the plan role: the table's read and list actions, reading the one state, and what config adds. */
function planStatements(intent: BootstrapIntent): readonly Statement[] {
  return [
    ...tableStatements(intent, ["read", "list"]),
    ...stateStatements(intent, ["s3:GetObject"]),
    ...ownStatements(intent.permissions, ["read"]),
  ];
}

/** Permissions of the deploy role: all actions in the table, the one state, its lock file, and what config adds. */
function deployStatements(intent: BootstrapIntent): readonly Statement[] {
  return [
    ...tableStatements(intent, ["read", "write"]),
    ...stateStatements(intent, ["s3:GetObject", "s3:PutObject"]),
    {
      Sid: "StateLock",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `arn:aws:s3:::${intent.bucket.name}/${intent.bucket.key}.tflock`,
    },
    ...ownStatements(intent.permissions, ["read", "write"]),
  ];
}

/**
 * The zone may be shared, so access is limited to the domain's name, the names below it that validate its certificate,
 * and these record types. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
 */
function ofDomain({ domain }: AwsPlace): Statement["Condition"] {
  const name = domain?.name.toLowerCase() ?? "";
  return {
    "ForAllValues:StringLike": {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": [name, `_*.${name}`],
      "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA", "CNAME"],
    },
  };
}

/** What a role may do, and who may assume it, changes only while it has the boundary. */
function bounded({ boundaryArn }: AwsPlace, others: Readonly<Record<string, string>> = {}): Statement["Condition"] {
  const all = { ...others, ...(boundaryArn !== undefined && { "iam:PermissionsBoundary": boundaryArn }) };
  return Object.keys(all).length === 0 ? undefined : { StringEquals: all };
}

/**
 * An alarm may notify SNS topics and do nothing else. Otherwise it could stop instances or invoke functions. The
 * condition is also true for an alarm without actions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-alarm-actions.html
 */
const NOTIFIES_ONLY = { "ForAllValues:StringLike": { "cloudwatch:AlarmActions": "arn:aws:sns:*" } };

/**
 * Additional conditions: a role may be passed only to a function, and a service-linked role created only for one
 * service.
 */
const CONDITIONS: Partial<
  Record<AwsResources, Statement["Condition"] | ((place: AwsPlace) => Statement["Condition"])>
> = {
  newAlarms: NOTIFIES_ONLY,
  newCompositeAlarms: NOTIFIES_ONLY,
  dnsRecords: ofDomain,
  functionRoles: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
  gatewayLogRole: { StringEquals: { "iam:PassedToService": "apigateway.amazonaws.com" } },
  attachedRole: (place) =>
    bounded(place, {
      "iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    }),
  boundaryOfRoles: bounded,
  boundedRoles: bounded,
  wafLogRole: { StringEquals: { "iam:AWSServiceName": "wafv2.amazonaws.com" } },
  gatewayRole: { StringEquals: { "iam:AWSServiceName": "ops.apigateway.amazonaws.com" } },
};

/** One statement per set of resources, so that a reviewer reads each set once. */
function tableStatements(
  { aws, prefix }: BootstrapIntent,
  kinds: readonly ("read" | "write" | "list")[],
): readonly Statement[] {
  const place = { ...aws, prefix };
  const needs = Object.values(AWS_NEEDS).flat();
  return (Object.keys(AWS_RESOURCES) as AwsResources[]).sort().flatMap((on): Statement[] => {
    const actions = needs.filter((need) => need.on === on).flatMap((need) => kinds.flatMap((kind) => need[kind] ?? []));
    const resources = AWS_RESOURCES[on](place);
    const stated = CONDITIONS[on];
    const condition = typeof stated === "function" ? stated(place) : stated;
    if (actions.length === 0 || resources.length === 0) return [];
    return [
      {
        Sid: `${on.charAt(0).toUpperCase()}${on.slice(1)}`,
        Effect: "Allow",
        Action: [...new Set(actions)].sort(),
        Resource: resources,
        ...(condition && { Condition: condition }),
      },
    ];
  });
}

function stateStatements({ bucket }: BootstrapIntent, actions: readonly string[]): readonly Statement[] {
  const arn = `arn:aws:s3:::${bucket.name}`;
  return [
    // No condition on the prefix: with this permission, S3 reports that a state does not exist yet, instead of
    // "denied".
    { Sid: "StateBucket", Effect: "Allow", Action: "s3:ListBucket", Resource: arn },
    { Sid: "State", Effect: "Allow", Action: actions, Resource: `${arn}/${bucket.key}` },
  ];
}
