import { type AwsNeeds, actionsOf } from "./need";

const events = actionsOf("events");
const lambda = actionsOf("lambda");
const secrets = actionsOf("secretsmanager");

/** For rotated secrets. The alarms when a rotation fails are like any other, and listed elsewhere. */
export const ROTATION_NEEDS: AwsNeeds = {
  aws_cloudwatch_event_rule: [
    {
      on: "rotationChecks",
      read: events("DescribeRule", "ListTagsForResource"),
      write: events("DeleteRule", "PutRule", "TagResource", "UntagResource"),
    },
  ],
  aws_cloudwatch_event_target: [
    { on: "rotationChecks", read: events("ListTargetsByRule"), write: events("PutTargets", "RemoveTargets") },
  ],
  aws_secretsmanager_secret_rotation: [
    {
      on: "secrets",
      read: secrets("DescribeSecret"),
      write: secrets("CancelRotateSecret", "RotateSecret"),
    },
    // Secrets Manager checks that the identity that enables rotation may invoke the function.
    { on: "rotationFunctions", write: lambda("InvokeFunction") },
  ],
};
