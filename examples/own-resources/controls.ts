import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import type { EnvironmentStack } from "cloud-front-door";

/** Your security team's boundary on every role, and your key for client secrets and logs. Both by ARN. */
export function controls(stack: EnvironmentStack, { boundary, key }: { boundary: string; key: string }): void {
  for (const each of stack.node.findAll()) {
    if (each instanceof IamRole) each.permissionsBoundary = boundary;
    if (each instanceof SecretsmanagerSecret || each instanceof CloudwatchLogGroup) each.kmsKeyId = key;
  }
}
