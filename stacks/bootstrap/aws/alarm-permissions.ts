import { type AwsNeeds, actionsOf } from "./need";

const cloudwatch = actionsOf("cloudwatch");
const logs = actionsOf("logs");

const TAGS = cloudwatch("TagResource", "UntagResource");
const ALARM = {
  read: cloudwatch("DescribeAlarms", "ListTagsForResource"),
  write: ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", ...TAGS],
};

/** Metrics from log lines, alarms and the dashboard. */
export const ALARM_NEEDS: AwsNeeds = {
  aws_cloudwatch_composite_alarm: [
    {
      on: "compositeAlarms",
      read: cloudwatch("ListTagsForResource"),
      write: ["cloudwatch:DeleteAlarms", "cloudwatch:PutCompositeAlarm", ...TAGS],
    },
    // Composite alarms are invisible to an identity that may describe only some alarms (CloudWatch, "DescribeAlarms").
    { on: "everyAlarm", read: cloudwatch("DescribeAlarms") },
  ],
  aws_cloudwatch_dashboard: [
    {
      on: "dashboard",
      read: cloudwatch("GetDashboard"),
      write: cloudwatch("DeleteDashboards", "PutDashboard"),
    },
  ],
  aws_cloudwatch_log_metric_filter: [
    {
      on: "logGroups",
      read: logs("DescribeMetricFilters"),
      write: logs("DeleteMetricFilter", "PutMetricFilter"),
    },
  ],
  aws_cloudwatch_metric_alarm: [
    { on: "rotationChecks", ...ALARM },
    { on: "alarms", ...ALARM },
  ],
};
