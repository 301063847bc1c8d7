import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import type { FunctionArchive } from "../function-archive";
import { AgeMetric } from "./age-metric";
import type { ClientSecret } from "./client-secret";
import { DailyCheck } from "./daily-check";
import { FailedAlarm, LateAlarm } from "./rotation-alarms";
import { RotationFunction } from "./rotation-function";
import { RotationSchedule } from "./rotation-schedule";
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
    const metric = new AgeMetric(at("secret_age"), key, { logGroup, name, namespace });
    const schedule = new RotationSchedule(at("secret_rotation"), key, {
      function: resource,
      secret,
      pool,
      appClient: props.appClient,
      account: props.account,
      everyDays,
    });
    new DailyCheck(at("check_secret"), key, { name, function: resource });
    const alarm = { functionName: name, client, actions: props.alarmActions };
    new FailedAlarm(at("failed_rotation"), key, alarm);
    const after = [metric.resource, schedule.resource];
    new LateAlarm(at("late_rotation"), key, { ...alarm, namespace, everyDays, graceDays, after });
  }
}
