import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Construct } from "constructs";
import type { AuthorizerArchive } from "./authorizer-archive";
import { ExclusiveRole } from "./exclusive-role";
import { executionRole, runtimeOf } from "./function-shape";
import type { Statement } from "./policy-document";

export interface AuthorizerFunctionProps {
  /** Name of the function and of its execution role. */
  readonly name: string;
  /** Which of the bundle's handlers runs: `index.callers` or `index.public`. */
  readonly handler: string;
  readonly archive: AuthorizerArchive;
  /**
   * ARNs of the invoker roles it may become: computed, not references, since each of those roles names this one in its
   * trust policy, and the plan shows them.
   */
  readonly invokerRoleArns: readonly string[];
  /** What only an apply knows, by variable name; 4 KB in all (AWS Lambda quotas). */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly reservedConcurrency?: number;
  readonly logRetentionDays: number;
}

/** One of the two authorizer functions, with a role that can write its own log and become its services' invokers. */
export class AuthorizerFunction extends Construct {
  readonly resource: LambdaFunction;
  readonly roleArn: string;
  readonly log: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    super(scope, id);
    this.log = new CloudwatchLogGroup(this, "Logs", {
      name: `/aws/lambda/${props.name}`,
      retentionInDays: props.logRetentionDays,
    });
    const role = this.executionRole(props, this.log);
    this.roleArn = role.arn;
    this.resource = new LambdaFunction(this, "Function", {
      functionName: props.name,
      description: "Front door authorizer: verifies the caller's token and mints the service's Google identity token",
      role: role.arn,
      ...runtimeOf(this.log),
      handler: props.handler,
      filename: props.archive.path,
      sourceCodeHash: props.archive.sourceCodeHash,
      memorySize: props.memoryMb,
      // API Gateway waits ten seconds for an authorizer (API Gateway quotas); longer would only be billed.
      timeout: 10,
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: { variables: { ...props.environment } },
      dependsOn: [...role.ready],
    });
  }

  private executionRole({ name, invokerRoleArns }: AuthorizerFunctionProps, logs: CloudwatchLogGroup): ExclusiveRole {
    const become: Statement = {
      Sid: "BecomeInvokers",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: invokerRoleArns,
    };
    const purposes = invokerRoleArns.length > 0 ? [become] : [];
    return new ExclusiveRole(this, "ExecutionRole", executionRole(name, logs, purposes));
  }
}
