import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ExclusiveRoleProps } from "./exclusive-role";
import type { Statement } from "./policy-document";

/** What every function here runs on, and how it writes its log: lines that are JSON pass as they are. */
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

/** Its execution role: Lambda assumes it, and it writes its own log, in addition to what the function is for. */
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
