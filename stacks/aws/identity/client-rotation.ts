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
import { ROTATION_CHECK, ROTATION_FUNCTION, rotationPermissions, rotationVariables } from "../../../contract/rotation";
import { ALARMS, runbookOf } from "../../../intent/model/alarm-table";
import type { MachineClient } from "../../../intent/model/client-intent";
import type { Intent } from "../../../intent/model/intent";
import { attributeOf, identityOf } from "../../shared/addresses";
import { comesFrom } from "../../shared/comes-from";
import { actionsOf } from "../alarms/alarm";
import type { FunctionArchive } from "../function-archive";
import { declareFunction } from "../function-shape";
import type { ClientSecret } from "./client-secret";
import type { UserPool } from "./user-pool";

export interface ClientRotationProps {
  readonly intent: Pick<Intent, "alarms" | "aws" | "logs" | "prefix">;
  readonly client: MachineClient;
  readonly everyDays: number;
  /** Name of the function, its role, rule and filter. */
  readonly name: string;
  readonly archive: FunctionArchive;
  readonly pool: UserPool;
  readonly appClient: CognitoUserPoolClient;
  readonly secret: ClientSecret;
}

/** A secret's age in days, by client. */
const AGE_METRIC = "ClientSecretAgeDays";

const DAY_SECONDS = 86_400;

/**
 * Rotation of one client's secret: the function, its schedule, and the alarms if it does not run. Its form is
 * `contract/rotation.ts`, and a review accepts the start of a rotation in that form alone.
 */
export class ClientRotation extends Construct {
  readonly log: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ClientRotationProps) {
    super(scope, id);
    const { client, name, intent } = props;
    const { key } = client;
    comesFrom(this, ["clients", key, "rotateEveryDays"]);
    // A path segment with `_` cannot be a client's id, so renaming a client moves only the segment with its id.
    const at = (word: string) => new Construct(this, word);
    const { resource, log } = rotationFunction(new Construct(at("rotate_secret"), key), props);
    this.log = log;
    // The function logs the secret's age at each check and after each rotation.
    const metric = new CloudwatchLogMetricFilter(at("secret_age"), key, {
      name,
      logGroupName: log.name,
      pattern: '{ $.event = "secret-age" }',
      metricTransformation: {
        name: AGE_METRIC,
        namespace: intent.prefix,
        value: "$.ageDays",
        dimensions: { Client: "$.client" },
      },
    });
    const schedule = scheduled(new Construct(at("secret_rotation"), key), resource, props);
    checkedDaily(new Construct(at("check_secret"), key), resource, name);
    failureAlarm(at("failed_rotation"), props);
    latenessAlarm(at("late_rotation"), props, [metric, schedule]);
  }
}

/** Its role may access only the client's pool and secret, and write its own log. */
function rotationFunction(scope: Construct, props: ClientRotationProps) {
  const { name, archive, client, pool, secret, intent } = props;
  return declareFunction(scope, {
    name,
    archive,
    logRetentionDays: intent.logs.retentionDays,
    description: `Rotates the client secret of ${client.id}`,
    handler: ROTATION_FUNCTION.handler,
    memorySize: ROTATION_FUNCTION.memoryMb,
    timeout: ROTATION_FUNCTION.timeoutSeconds,
    environment: {
      variables: rotationVariables({
        client: client.id,
        clientId: props.appClient.id,
        scope: client.scopes.join(" "),
        secretArn: secret.arn,
        tokenEndpoint: pool.tokenEndpoint,
        userPoolId: pool.id,
      }),
    },
    purposes: rotationPermissions(secret.arn, pool.arn),
  });
}

/** Makes Secrets Manager rotate the secret every given number of days, and immediately when declared. */
function scheduled(
  scope: Construct,
  rotates: LambdaFunction,
  props: ClientRotationProps,
): SecretsmanagerSecretRotation {
  const { intent, appClient, everyDays, pool, secret } = props;
  const permission = new LambdaPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: rotates.functionName,
    principal: "secretsmanager.amazonaws.com",
    sourceAccount: intent.aws.account,
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
    scheduleExpression: ROTATION_CHECK.schedule,
    state: "ENABLED",
  });
  new CloudwatchEventTarget(scope, "Target", {
    rule: rule.name,
    targetId: ROTATION_CHECK.target,
    arn: checks.arn,
    input: ROTATION_CHECK.input,
  });
  new LambdaPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: checks.functionName,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
}

/** Goes off when a step of a rotation, or a check, fails. Callers continue to use the current secret. */
function failureAlarm(scope: Construct, { name, client, intent }: ClientRotationProps): void {
  new CloudwatchMetricAlarm(scope, client.key, {
    alarmName: `${name}-failed`,
    alarmDescription: `The function that rotates the client secret of ${client.id} has failed (${runbookOf("failed-rotation")})`,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: name },
    statistic: "Sum",
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    treatMissingData: "notBreaching",
    ...actionsOf(intent.alarms?.actions ?? []),
  });
}

/**
 * Goes off when the secret is too old, or its age has not been reported for two days.
 *
 * @param after resources that report the first age: an alarm created before the filter and the first rotation would
 *   always go off. It may still go off once: RotateSecret returns before the function has run, and the function logs
 *   the age at its end
 */
function latenessAlarm(scope: Construct, props: ClientRotationProps, after: ITerraformDependable[]): void {
  const { name, client, intent, everyDays } = props;
  // Secrets Manager chooses the hour of the day, and retries.
  const graceDays = intent.alarms?.thresholds.lateRotationDays ?? ALARMS.lateRotationDays.preset;
  new CloudwatchMetricAlarm(scope, client.key, {
    alarmName: `${name}-late`,
    alarmDescription: `The client secret of ${client.id} was not rotated in time, or its age is unknown (${runbookOf(ALARMS.lateRotationDays.id)})`,
    namespace: intent.prefix,
    metricName: AGE_METRIC,
    dimensions: { Client: client.id },
    statistic: "Maximum",
    // An alarm evaluates one week at most (CloudWatch, "PutMetricAlarm").
    period: DAY_SECONDS,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    comparisonOperator: "GreaterThanThreshold",
    threshold: everyDays + graceDays,
    treatMissingData: "breaching",
    ...actionsOf(intent.alarms?.actions ?? []),
    dependsOn: after,
  });
}
