import { ALARM_ACTIONS } from "../model/limits";
import { TOPIC_ARN } from "../model/patterns";
import { keys, list, text } from "./fields";

export const alarms = keys(
  {
    actions: list(
      text(TOPIC_ARN, {
        description: "One topic.",
        expected: "the exact ARN of an SNS topic (no wildcard)",
        example: "arn:aws:sns:eu-west-1:111122223333:on-call",
      }),
      {
        description: "SNS topics that are notified when an alarm fires.",
        expected: "a list of 1-5 topic ARNs (CloudWatch's limit per alarm)",
        example: ["arn:aws:sns:eu-west-1:111122223333:on-call"],
      },
      ALARM_ACTIONS,
    ),
  },
  "Where alarms are sent. Without it they are visible only in CloudWatch.",
);
