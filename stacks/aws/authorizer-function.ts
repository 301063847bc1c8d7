import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { LambdaProvisionedConcurrencyConfig } from "@cdktf/provider-aws/lib/lambda-provisioned-concurrency-config";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Intent } from "../../intent/model/intent";
import { invokeArn } from "../../intent/model/names";
import type { FunctionArchive } from "./function-archive";
import { declareFunction } from "./function-shape";
import type { Statement } from "./policy-document";

export interface AuthorizerFunctionProps {
  /** Name of the function and of its execution role. */
  readonly name: string;
  readonly aws: Pick<Intent["aws"], "account" | "region">;
  /** Which of the bundle's handlers runs: `index.callers` or `index.public`. */
  readonly handler: string;
  readonly archive: FunctionArchive;
  /**
   * ARNs of the invoker roles it may assume. They are computed instead of references, because each of those roles names
   * this one in its trust policy, and so that the plan shows them.
   */
  readonly invokerRoleArns: readonly string[];
  /** Values known only after an apply, by variable name; 4 KB in total (AWS Lambda quotas). */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly reservedConcurrency?: number;
  /** Instances that Lambda keeps started. Unset: none, and no alias. */
  readonly provisionedConcurrency?: number;
  readonly logRetentionDays: number;
}

/** Name of the alias. A call through it is decided by the version that it points to. */
const LIVE_ALIAS = "live";

/** What an authorizer invokes: the function, or its alias if Lambda keeps instances started. */
export interface InvocationTarget {
  readonly functionName: string;
  readonly invokeArn: string;
  /** The same ARN as a text without references: whatever names it does not depend on the function. */
  readonly knownInvokeArn: string;
  /** Name of the alias. */
  readonly qualifier?: string;
  /** Wait for these: after them, this configuration decides calls. */
  readonly ready: readonly ITerraformDependable[];
}

/**
 * Lets one authorizer invoke its function, only through the alias if there is one. The alias's permission is created
 * before the function's own is destroyed. Otherwise calls would fail for longer while provisioned concurrency is being
 * enabled.
 */
export function invocation(
  scope: Construct,
  id: string,
  { functionName, qualifier }: InvocationTarget,
  api: { readonly executionArn: string },
  authorizer: { readonly id: string },
): LambdaPermission {
  return new LambdaPermission(scope, id, {
    functionName,
    ...(qualifier !== undefined && { qualifier, lifecycle: { createBeforeDestroy: true } }),
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceArn: `${api.executionArn}/authorizers/${authorizer.id}`,
  });
}

export interface AuthorizerFunction {
  readonly target: InvocationTarget;
  readonly roleArn: string;
  readonly log: CloudwatchLogGroup;
}

/**
 * One of the two authorizer functions, with a role that may write its own log and assume its services' invoker roles.
 */
export function authorizerFunction(scope: Construct, props: AuthorizerFunctionProps): AuthorizerFunction {
  const { name, archive, handler, logRetentionDays, invokerRoleArns, provisionedConcurrency } = props;
  const become: Statement = {
    Sid: "BecomeInvokers",
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: invokerRoleArns,
  };
  const { resource, log, roleArn } = declareFunction(scope, {
    name,
    archive,
    handler,
    logRetentionDays,
    description: "Front door authorizer: verifies the caller's token and mints the service's Google identity token",
    memorySize: props.memoryMb,
    // API Gateway waits ten seconds for an authorizer (API Gateway quotas). A longer timeout would only cost more.
    timeout: 10,
    reservedConcurrentExecutions: props.reservedConcurrency,
    environment: { variables: { ...props.environment } },
    ...(provisionedConcurrency !== undefined && { publish: true }),
    purposes: invokerRoleArns.length > 0 ? [become] : [],
  });
  return { log, roleArn, target: targetOf(scope, resource, props) };
}

/**
 * Instances are kept for the version and not for the alias. While Lambda starts instances for an alias that was moved,
 * the alias still invokes the former version, so a withdrawn permission would outlive its deploy and a revocation
 * (hashicorp/terraform-provider-aws#48116). The alias moves in one step, and only when its version has its instances.
 */
function targetOf(
  scope: Construct,
  resource: LambdaFunction,
  { name, aws, provisionedConcurrency }: AuthorizerFunctionProps,
): InvocationTarget {
  const { functionName } = resource;
  if (provisionedConcurrency === undefined) {
    const knownInvokeArn = invokeArn(aws, name);
    return { functionName, invokeArn: resource.invokeArn, knownInvokeArn, ready: [resource] };
  }
  const started = new LambdaProvisionedConcurrencyConfig(scope, "Provisioned", {
    functionName,
    qualifier: resource.version,
    provisionedConcurrentExecutions: provisionedConcurrency,
    lifecycle: { createBeforeDestroy: true },
  });
  const alias = new LambdaAlias(scope, "Alias", {
    functionName,
    name: LIVE_ALIAS,
    functionVersion: resource.version,
    dependsOn: [started],
  });
  const knownInvokeArn = invokeArn(aws, name, LIVE_ALIAS);
  return { functionName, invokeArn: alias.invokeArn, knownInvokeArn, qualifier: alias.name, ready: [alias] };
}
