import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ExclusiveRoleProps } from "./exclusive-role";
import type { Statement } from "./policy-document";

/** Runtime of every function, and its log format: JSON lines are kept as they are. */
export function runtimeOf(logs: CloudwatchLogGroup) {
  return {
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    loggingConfig: {
      logFormat: "JSON",
      logGroup: logs.name,
      applicationLogLevel: "INFO",
      systemLogLevel: "WARN",
    },
  };
}

/**
 * A function's execution role. Lambda assumes it. It may write its own log, in addition to the function's own
 * permissions.
 */
export function executionRole(
  name: string,
  logs: CloudwatchLogGroup,
  purposes: readonly Statement[],
): ExclusiveRoleProps {
  return {
    name,
    description: `Execution role of the function ${name}`,
    trust: [
      { Sid: "Lambda", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
    permissions: [
      {
        Sid: "WriteOwnLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${logs.arn}:*`,
      },
      ...purposes,
    ],
  };
}
