import { type AwsNeeds, NONE } from "./need";

/** For rotated secrets. The alarms when a rotation fails are like any other, and listed elsewhere. */
export const ROTATION_NEEDS: AwsNeeds = {
  aws_cloudwatch_event_rule: [
    {
      on: "rotationChecks",
      read: ["events:DescribeRule", "events:ListTagsForResource"],
      write: ["events:DeleteRule", "events:PutRule", "events:TagResource", "events:UntagResource"],
    },
  ],
  aws_cloudwatch_event_target: [
    { on: "rotationChecks", read: ["events:ListTargetsByRule"], write: ["events:PutTargets", "events:RemoveTargets"] },
  ],
  aws_secretsmanager_secret_rotation: [
    {
      on: "secrets",
      read: ["secretsmanager:DescribeSecret"],
      write: ["secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret"],
    },
    // Secrets Manager checks that the identity that enables rotation may invoke the function.
    { on: "rotationFunctions", read: NONE, write: ["lambda:InvokeFunction"] },
  ],
};
