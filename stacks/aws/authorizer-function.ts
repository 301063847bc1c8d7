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
   * ARNs of the invoker roles it may assume. They are computed instead of references, because each of those roles names
   * this one in its trust policy, and so that the plan shows them.
   */
  readonly invokerRoleArns: readonly string[];
  /** Values known only after an apply, by variable name; 4 KB in total (AWS Lambda quotas). */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly reservedConcurrency?: number;
  readonly logRetentionDays: number;
}

/**
 * One of the two authorizer functions, with a role that may write its own log and assume its services' invoker roles.
 */
export class AuthorizerFunction extends Construct {
  readonly name: string;
  readonly resource: LambdaFunction;
  readonly roleArn: string;
  readonly log: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    super(scope, id);
    this.name = props.name;
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
      // API Gateway waits ten seconds for an authorizer (API Gateway quotas). A longer timeout would only cost more.
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
