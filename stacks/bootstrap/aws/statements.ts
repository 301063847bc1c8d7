import type { BootstrapIntent } from "../../../intent/model/bootstrap-intent";
import type { Statement } from "../../aws/policy-document";
import { AWS_NEEDS } from "./permissions";
import { AWS_RESOURCES, type AwsPlace, type AwsResources } from "./resources";

/** Permissions of the plan role: the table's read and list actions, and reading the one state. */
export function planStatements(intent: BootstrapIntent): readonly Statement[] {
  return [...tableStatements(intent, ["read", "list"]), ...stateStatements(intent, ["s3:GetObject"])];
}

/** Permissions of the deploy role: all actions in the table, the one state, and the lock file next to it. */
export function deployStatements(intent: BootstrapIntent): readonly Statement[] {
  return [
    ...tableStatements(intent, ["read", "write"]),
    ...stateStatements(intent, ["s3:GetObject", "s3:PutObject"]),
    {
      Sid: "StateLock",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `arn:aws:s3:::${intent.bucket.name}/${intent.bucket.key}.tflock`,
    },
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
const CONDITIONS: Partial<Record<AwsResources, Statement["Condition"] | typeof ofDomain>> = {
  newAlarms: NOTIFIES_ONLY,
  newCompositeAlarms: NOTIFIES_ONLY,
  dnsRecords: ofDomain,
  functionRoles: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
  gatewayLogRole: { StringEquals: { "iam:PassedToService": "apigateway.amazonaws.com" } },
  attachedRole: {
    StringEquals: {
      "iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    },
  },
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
    const condition = CONDITIONS[on];
    if (actions.length === 0 || resources.length === 0) return [];
    return [
      {
        Sid: `${on.charAt(0).toUpperCase()}${on.slice(1)}`,
        Effect: "Allow",
        Action: [...new Set(actions)].sort(),
        Resource: resources,
        ...(condition && { Condition: typeof condition === "function" ? condition(place) : condition }),
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
