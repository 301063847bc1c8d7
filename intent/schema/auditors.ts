import { POLICY_PRINCIPALS } from "../model/limits";
import { GROUP_EMAIL } from "../model/patterns";
import { keys, list, roleArns, text } from "./fields";

const awsRoles = roleArns(
  "Roles of any AWS account that may assume `<name>-<environment>-auditors`, which reads this environment's log groups and nothing else.",
  "arn:aws:iam::444455556666:role/audit",
);

const googleGroups = list(
  text(GROUP_EMAIL, {
    description: "One group.",
    expected: "the address of a Google group in lower case",
    example: "auditors@example.com",
  }),
  {
    description:
      "Google groups that may read one view of this environment's log bucket, which keeps request and audit logs for logs.retentionDays.",
    expected: `a list of 1-${POLICY_PRINCIPALS} groups' addresses (IAM's ${POLICY_PRINCIPALS} in one policy)`,
    example: ["auditors@example.com"],
  },
  POLICY_PRINCIPALS,
);

/** A rule checks that at least one of the lists is set, because an overlay may remove one. */
export const auditors = keys(
  { awsRoles: awsRoles.optional(), googleGroups: googleGroups.optional() },
  "Who may read the logs of both clouds, and nothing else. Set at least one of the two lists.",
);
