import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ALARMS, runbookOf } from "../../../intent/model/alarm-table";
import { attributeOf, identityOf } from "../../shared/addresses";
import { actionsOf } from "../alarms/alarm";
import type { FunctionArchive } from "../function-archive";
import type { ClientSecret } from "./client-secret";
import { declareRotationFunction } from "./rotation-function";
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
  /** ARNs of SNS topics. Empty: the alarms are visible only in CloudWatch. */
  readonly alarmActions: readonly string[];
  /**
   * How many days older than `everyDays` the secret may get before an alarm fires. Secrets Manager chooses the hour of
   * the day, and retries.
   */
  readonly graceDays: number;
  readonly logRetentionDays: number;
}

/** A secret's age in days, by client. */
const AGE_METRIC = "ClientSecretAgeDays";

const DAY_SECONDS = 86_400;

/** Rotation of one client's secret: the function, its schedule, and the alarms if it does not run. */
export class ClientRotation extends Construct {
  readonly log: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ClientRotationProps) {
    super(scope, id);
    const { key, name, prefix: namespace, secret, pool } = props;
    // A path segment with `_` cannot be a client's id, so renaming a client moves only the segment with its id.
    const at = (word: string) => new Construct(this, word);
    const { resource, log } = declareRotationFunction(new Construct(at("rotate_secret"), key), {
      ...props,
      clientId: props.appClient.id,
      userPool: pool,
      secretArn: secret.arn,
      tokenEndpoint: pool.tokenEndpoint,
      firstLabel: secret.firstLabel,
    });
    this.log = log;
    // The function logs the secret's age at each check and after each rotation.
    const metric = new CloudwatchLogMetricFilter(at("secret_age"), key, {
      name,
      logGroupName: log.name,
      pattern: '{ $.event = "secret-age" }',
      metricTransformation: { name: AGE_METRIC, namespace, value: "$.ageDays", dimensions: { Client: "$.client" } },
    });
    const schedule = scheduled(new Construct(at("secret_rotation"), key), resource, props);
    checkedDaily(new Construct(at("check_secret"), key), resource, name);
    failureAlarm(at("failed_rotation"), props);
    latenessAlarm(at("late_rotation"), props, [metric, schedule]);
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

/** Goes off when a step of a rotation, or a check, fails. Callers continue to use the current secret. */
function failureAlarm(scope: Construct, { key, name, client, alarmActions }: ClientRotationProps): void {
  new CloudwatchMetricAlarm(scope, key, {
    alarmName: `${name}-failed`,
    alarmDescription: `The function that rotates the client secret of ${client} has failed (${runbookOf("failed-rotation")})`,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: name },
    statistic: "Sum",
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    treatMissingData: "notBreaching",
    ...actionsOf(alarmActions),
  });
}

/**
 * Goes off when the secret is too old, or its age has not been reported for two days.
 *
 * @param after what reports the first age: an alarm created before the filter and the first rotation would always go
 *   off. It may still go off once: RotateSecret returns before the function has run, and the function logs the age at
 *   its end
 */
function latenessAlarm(scope: Construct, props: ClientRotationProps, after: ITerraformDependable[]): void {
  const { key, name, client, prefix, everyDays, graceDays, alarmActions } = props;
  new CloudwatchMetricAlarm(scope, key, {
    alarmName: `${name}-late`,
    alarmDescription: `The client secret of ${client} was not rotated in time, or its age is unknown (${runbookOf(ALARMS.lateRotationDays.id)})`,
    namespace: prefix,
    metricName: AGE_METRIC,
    dimensions: { Client: client },
    statistic: "Maximum",
    // An alarm evaluates one week at most (CloudWatch, "PutMetricAlarm").
    period: DAY_SECONDS,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    comparisonOperator: "GreaterThanThreshold",
    threshold: everyDays + graceDays,
    treatMissingData: "breaching",
    ...actionsOf(alarmActions),
    dependsOn: after,
  });
}
