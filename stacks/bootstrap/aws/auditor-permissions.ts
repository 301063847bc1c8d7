import type { AwsNeeds } from "./need";

/** What auditors read by beside their role, which is one like others. */
export const AUDITOR_NEEDS: AwsNeeds = {
  // Saved queries know no resource (Service Authorization Reference, CloudWatch Logs): a text with names, and no log's line.
  aws_cloudwatch_query_definition: [
    {
      on: "everything",
      read: ["logs:DescribeQueryDefinitions"],
      write: ["logs:DeleteQueryDefinition", "logs:PutQueryDefinition"],
    },
  ],
};
