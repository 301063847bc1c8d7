import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";

export interface DailyCheckProps {
  /** Name of the rule and of the function. */
  readonly name: string;
  readonly function: LambdaFunction;
}

/**
 * Makes the function log the secret's age once a day. If a check is lost, an alarm goes off the day after, so no queue
 * is needed.
 */
export class DailyCheck extends Construct {
  constructor(scope: Construct, id: string, props: DailyCheckProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, "Rule", {
      name: props.name,
      description: `Once a day the age of the secret that ${props.name} rotates`,
      // At a fixed time of day (UTC), so that each day of a metric has exactly one value.
      scheduleExpression: "cron(30 5 * * ? *)",
      state: "ENABLED",
    });
    new CloudwatchEventTarget(this, "Target", {
      rule: rule.name,
      targetId: "check",
      arn: props.function.arn,
      input: JSON.stringify({ check: true }),
    });
    new LambdaPermission(this, "Permission", {
      action: "lambda:InvokeFunction",
      functionName: props.function.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
  }
}
