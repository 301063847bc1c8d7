import type { BootstrapIntent } from "../../../../intent/model/bootstrap-intent";
import { bootstrapStack, statementsOf } from "../../../support/bootstrap";
import { bootstrapOf } from "../../../support/shop";
import { type Synthesized, stackOf } from "../../../support/stack";
import { watchedDev, watchedRest } from "../../../support/watched";

const staging = bootstrapOf("staging");

test("the deployer may write its environment's alarms and dashboard only if they exist", () => {
  const watches = (stack: Synthesized, role: string) =>
    statementsOf(stack, role).flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .filter((action) => /^cloudwatch:(Put|Delete|Describe)/.test(action))
        .map((action) => `${action} ${Resource}`),
    );
  const own = "arn:aws:cloudwatch:eu-west-1:222233334444:alarm:storefront-staging-*";
  const dashboard = "arn:aws:cloudwatch::222233334444:dashboard/storefront-staging";
  const bare = { ...staging.aws, rotatesSecrets: false };
  const nothing = { alarms: false, slos: false, dashboard: false };
  const given = (watch: BootstrapIntent["aws"]["watch"], role: string) =>
    [...new Set(watches(bootstrapStack({ aws: { ...bare, watch } }, "staging"), role))].sort();
  expect(given(nothing, "deploy")).toEqual([]);
  expect(given({ ...nothing, alarms: true }, "deploy")).toEqual(
    ["DeleteAlarms", "DescribeAlarms", "PutMetricAlarm"].map((action) => `cloudwatch:${action} ${own}`),
  );
  expect(given({ ...nothing, dashboard: true }, "deploy")).toEqual(
    ["DeleteDashboards", "PutDashboard"].map((action) => `cloudwatch:${action} ${dashboard}`),
  );
  expect(given({ ...nothing, slos: true }, "deploy")).toContain("cloudwatch:PutCompositeAlarm *");
  expect(given({ ...nothing, slos: true }, "plan")).toEqual([
    "cloudwatch:DescribeAlarms *",
    `cloudwatch:DescribeAlarms ${own}`,
  ]);
});

test("alarms may only notify SNS topics, which no alarm of the stacks exceeds", () => {
  const watched = bootstrapStack({ aws: { ...staging.aws, watch: { alarms: true, slos: true, dashboard: true } } });
  const writing = statementsOf(watched, "deploy").filter(({ Action }) => /Put(Metric|Composite)Alarm/.test(Action));
  const pattern = "arn:aws:sns:*";
  expect(writing.map(({ Action, Condition }) => [Action, Condition])).toEqual(
    ["PutMetricAlarm", "PutCompositeAlarm"].map((action) => [
      [`cloudwatch:${action}`],
      { "ForAllValues:StringLike": { "cloudwatch:AlarmActions": pattern } },
    ]),
  );
  const types = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"] as const;
  const actions = [watchedDev(), watchedRest()].flatMap((intent) => {
    const stack = stackOf(intent);
    const alarms = types.flatMap((type) => Object.values(stack.all(type)));
    return alarms.flatMap(Object.entries).flatMap(([key, value]) => (key.endsWith("_actions") ? value : []));
  });
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((arn) => !arn.startsWith(pattern.slice(0, -1)))).toEqual([]);
});
