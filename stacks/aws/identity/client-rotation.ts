import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import type { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { Construct } from "constructs";
import { attributeOf, identityOf } from "../../shared/addresses";
import type { FunctionArchive } from "../function-archive";
import type { ClientSecret } from "./client-secret";
import { AGE_METRIC, FailedAlarm, LateAlarm } from "./rotation-alarms";
import { RotationFunction } from "./rotation-function";
import type { UserPool } from "./user-pool";

export interface ClientRotationProps {
  /** Id of the client in the config, from which the Terraform addresses are made. */
  readonly key: string;
  /** Id of the client, for the log and the metric. */
  readonly client: string;
  /** Name of the function, its role, rule and filter. */
  readonly name: string;
  /** `storefront-dev`: namespace of the metric. */
  readonly prefix: string;
  readonly archive: FunctionArchive;
  readonly pool: UserPool;
  readonly appClient: CognitoUserPoolClient;
  readonly scopes: readonly string[];
  readonly secret: ClientSecret;
  readonly account: string;
  readonly everyDays: number;
  readonly alarmActions: readonly string[];
  /** How many days older than `everyDays` the secret may get before an alarm fires. */
  readonly graceDays: number;
  readonly logRetentionDays: number;
}

/** Rotation of one client's secret: the function, its schedule, and the alarms if it does not run. */
export class ClientRotation extends Construct {
  readonly log: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ClientRotationProps) {
    super(scope, id);
    const { key, client, name, prefix: namespace, secret, pool, everyDays, graceDays } = props;
    // A path segment with `_` cannot be a client's id, so renaming a client moves only the segment with its id.
    const at = (word: string) => new Construct(this, word);
    const { resource, logGroup } = new RotationFunction(at("rotate_secret"), key, {
      ...props,
      clientId: props.appClient.id,
      userPool: pool,
      secretArn: secret.arn,
      tokenEndpoint: pool.tokenEndpoint,
      firstLabel: secret.firstLabel,
    });
    this.log = logGroup;
    // The function logs the secret's age at each check and after each rotation.
    const metric = new CloudwatchLogMetricFilter(at("secret_age"), key, {
      name,
      logGroupName: logGroup.name,
      pattern: '{ $.event = "secret-age" }',
      metricTransformation: { name: AGE_METRIC, namespace, value: "$.ageDays", dimensions: { Client: "$.client" } },
    });
    const schedule = scheduled(new Construct(at("secret_rotation"), key), resource, props);
    checkedDaily(new Construct(at("check_secret"), key), resource, name);
    const alarm = { functionName: name, client, actions: props.alarmActions };
    new FailedAlarm(at("failed_rotation"), key, alarm);
    const after = [metric, schedule];
    new LateAlarm(at("late_rotation"), key, { ...alarm, namespace, everyDays, graceDays, after });
  }
}

/** Makes Secrets Manager rotate the secret every given number of days, and immediately when declared. */
function scheduled(
  scope: Construct,
  rotates: LambdaFunction,
  props: ClientRotationProps,
): SecretsmanagerSecretRotation {
  const { account, appClient, everyDays, pool, secret } = props;
  const permission = new LambdaPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: rotates.functionName,
    principal: "secretsmanager.amazonaws.com",
    sourceAccount: account,
    sourceArn: secret.arn,
  });
  return new SecretsmanagerSecretRotation(scope, "Rotation", {
    secretId: secret.id,
    rotationLambdaArn: rotates.arn,
    // Replaces the first secret, which is in Terraform's state. It becomes invalid with the second rotation.
    rotateImmediately: true,
    rotationRules: { automaticallyAfterDays: everyDays },
    // Also rotates immediately when the secret's content changes: a new client, the token endpoint, or the scopes.
    // Cognito refuses all requested scopes if the client may not have one of them.
    lifecycle: {
      replaceTriggeredBy: [
        ...[secret.version, pool.domain].map(identityOf),
        attributeOf(appClient, "allowed_oauth_scopes"),
      ],
    },
    dependsOn: [permission, secret.version],
  });
}

/**
 * Makes the function log the secret's age once a day. If a check is lost, an alarm goes off the day after, so no queue
 * is needed.
 */
function checkedDaily(scope: Construct, checks: LambdaFunction, name: string): void {
  const rule = new CloudwatchEventRule(scope, "Rule", {
    name,
    description: `Once a day the age of the secret that ${name} rotates`,
    // At a fixed time of day (UTC), so that each day of a metric has exactly one value.
    scheduleExpression: "cron(30 5 * * ? *)",
    state: "ENABLED",
  });
  new CloudwatchEventTarget(scope, "Target", {
    rule: rule.name,
    targetId: "check",
    arn: checks.arn,
    input: JSON.stringify({ check: true }),
  });
  new LambdaPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: checks.functionName,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
}
