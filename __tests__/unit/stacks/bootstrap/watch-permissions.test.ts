import type { BootstrapIntent } from "../../../../intent/model/bootstrap-intent";
import { bootstrapStack, statementsOf } from "../../../support/bootstrap";
import { bootstrapOf } from "../../../support/shop";
import type { Synthesized } from "../../../support/stack";

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
  expect(given({ ...nothing, slos: true }, "deploy")).toContain(`cloudwatch:PutCompositeAlarm ${own}`);
  expect(given({ ...nothing, slos: true }, "plan")).toEqual([
    "cloudwatch:DescribeAlarms *",
    `cloudwatch:DescribeAlarms ${own}`,
  ]);
});
