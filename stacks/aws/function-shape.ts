import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaFunction, type LambdaFunctionConfig } from "@cdktf/provider-aws/lib/lambda-function";
import type { Construct } from "constructs";
import { EXECUTION_TRUST, FUNCTION_FORM, ownLogPermission } from "../../contract/function-form";
import { ExclusiveRole } from "./exclusive-role";
import type { FunctionArchive } from "./function-archive";
import type { Statement } from "./policy-document";

type Own =
  | "description"
  | "environment"
  | "handler"
  | "memorySize"
  | "publish"
  | "reservedConcurrentExecutions"
  | "timeout";

export interface FunctionShapeProps extends Pick<LambdaFunctionConfig, Own> {
  /** Name of the function and of its execution role. */
  readonly name: string;
  readonly archive: FunctionArchive;
  readonly logRetentionDays: number;
  /** What its role may do, in addition to writing its own log. */
  readonly purposes: readonly Statement[];
}

/** A function with its log group, whose JSON lines are kept as they are, and the execution role that Lambda assumes. */
export function declareFunction(
  scope: Construct,
  { name, archive, logRetentionDays, purposes, ...own }: FunctionShapeProps,
) {
  const { logging } = FUNCTION_FORM;
  const log = new CloudwatchLogGroup(scope, "Logs", { name: `/aws/lambda/${name}`, retentionInDays: logRetentionDays });
  const role = new ExclusiveRole(scope, "ExecutionRole", {
    name,
    description: `Execution role of the function ${name}`,
    trust: EXECUTION_TRUST,
    permissions: [ownLogPermission(log.arn), ...purposes],
  });
  const resource = new LambdaFunction(scope, "Function", {
    ...own,
    functionName: name,
    role: role.arn,
    runtime: FUNCTION_FORM.runtime,
    architectures: [...FUNCTION_FORM.architectures],
    loggingConfig: {
      logFormat: logging.log_format,
      logGroup: log.name,
      applicationLogLevel: logging.application_log_level,
      systemLogLevel: logging.system_log_level,
    },
    filename: archive.path,
    sourceCodeHash: archive.sourceCodeHash,
    dependsOn: [...role.ready],
  });
  return { resource, log, roleArn: role.arn };
}
