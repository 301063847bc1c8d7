import { ownLogPermission } from "../../../contract/function-form";
import { rotationPermissions } from "../../../contract/rotation";
import type { BootstrapIntent } from "../../../intent/model/bootstrap-intent";
import { auditorsPermissions } from "../../aws/auditors/log-actions";
import type { Statement } from "../../aws/policy-document";
import { AWS_RESOURCES } from "./resources";

/** What the AWS managed policy AmazonAPIGatewayPushToCloudWatchLogs allows on all log groups. */
const PUSH_LOGS = [
  "logs:CreateLogGroup",
  "logs:CreateLogStream",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "logs:FilterLogEvents",
  "logs:GetLogEvents",
  "logs:PutLogEvents",
];

/**
 * The most that a role of the environment may do: what the stack's roles declare, on the names that the environment's
 * resources have, and what config adds for roles of `main.ts`. Empty without a boundary.
 */
export function boundaryStatements({ aws, prefix, permissions }: BootstrapIntent): readonly Statement[] {
  if (aws.boundaryArn === undefined) return [];
  const place = { ...aws, prefix };
  const [functionLogs, accessLogs] = AWS_RESOURCES.logGroups(place) as [string, string];
  const groups = [functionLogs, accessLogs, ...AWS_RESOURCES.wafLogGroup(place)];
  const [secrets, pools] = [AWS_RESOURCES.secrets(place), AWS_RESOURCES.userPools(place)] as [[string], [string]];
  return [
    ownLogPermission(functionLogs),
    { Sid: "BecomeInvokers", Effect: "Allow", Action: "sts:AssumeRole", Resource: AWS_RESOURCES.roles(place) },
    ...rotationPermissions(secrets[0], pools[0]),
    ...auditorsPermissions(groups).filter(({ Effect }) => Effect === "Allow"),
    {
      // API Gateway refuses a role for its logs that may do less. No other role may read or write all log groups.
      Sid: "GatewayLogs",
      Effect: "Allow",
      Action: PUSH_LOGS,
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": AWS_RESOURCES.gatewayLogRole(place) } },
    },
    ...ownStatements(permissions, ["roles"]),
  ];
}

/** What config adds for resource types of `main.ts`, one statement for each type: `OwnDynamodbTable`. */
export function ownStatements(
  permissions: BootstrapIntent["permissions"],
  kinds: readonly ("read" | "roles" | "write")[],
): readonly Statement[] {
  return permissions.flatMap((own): Statement[] => {
    const actions = kinds.flatMap((kind) => own[kind]);
    if (own.on.length === 0 || actions.length === 0) return [];
    const words = own.type.split("_").slice(1);
    const id = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
    return [{ Sid: `Own${id}`, Effect: "Allow", Action: [...new Set(actions)].sort(), Resource: own.on }];
  });
}
