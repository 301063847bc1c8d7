import { type AwsNeeds, NONE } from "./need";

const TAGS = ["cloudwatch:TagResource", "cloudwatch:UntagResource"];
const ALARM = {
  read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
  write: ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", ...TAGS],
};

/** Metrics from log lines, alarms and the dashboard. */
export const ALARM_NEEDS: AwsNeeds = {
  aws_cloudwatch_composite_alarm: [
    {
      on: "compositeAlarms",
      read: ["cloudwatch:ListTagsForResource"],
      write: ["cloudwatch:DeleteAlarms", "cloudwatch:PutCompositeAlarm", ...TAGS],
    },
    // Composite alarms are invisible to an identity that may describe only some alarms (CloudWatch, "DescribeAlarms").
    { on: "everyAlarm", read: ["cloudwatch:DescribeAlarms"], write: NONE },
  ],
  aws_cloudwatch_dashboard: [
    {
      on: "dashboard",
      read: ["cloudwatch:GetDashboard"],
      write: ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"],
    },
  ],
  aws_cloudwatch_log_metric_filter: [
    {
      on: "logGroups",
      read: ["logs:DescribeMetricFilters"],
      write: ["logs:DeleteMetricFilter", "logs:PutMetricFilter"],
    },
  ],
  aws_cloudwatch_metric_alarm: [
    { on: "rotationChecks", ...ALARM },
    { on: "alarms", ...ALARM },
  ],
};
