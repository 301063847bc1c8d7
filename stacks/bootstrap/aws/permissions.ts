import { DOMAIN_NEEDS } from "./domain-permissions";
import { FIREWALL_NEEDS } from "./firewall-permissions";
import { GATEWAY_NEEDS } from "./gateway-permissions";
import { IDENTITY_NEEDS } from "./identity-permissions";
import type { AwsNeeds } from "./need";
import { ROTATION_NEEDS } from "./rotation-permissions";
import { TRUSTSTORE_NEEDS } from "./truststore-permissions";

/** What auditors read by, apart from their role, which is one like others. */
const AUDITOR_NEEDS: AwsNeeds = {
  // Saved queries know no resource (Service Authorization Reference, CloudWatch Logs): a text with names, and no log's line.
  aws_cloudwatch_query_definition: [
    {
      on: "everything",
      read: ["logs:DescribeQueryDefinitions"],
      write: ["logs:DeleteQueryDefinition", "logs:PutQueryDefinition"],
    },
  ],
};

/**
 * The reviewed table: every type of AWS resource that a stack of an environment declares, and what that takes, from the
 * calls of provider 6.25 and the Service Authorization Reference. A type without a row, a star, or a row that no stack
 * needs fails a test.
 */
export const AWS_NEEDS: AwsNeeds = {
  ...AUDITOR_NEEDS,
  ...DOMAIN_NEEDS,
  ...FIREWALL_NEEDS,
  ...GATEWAY_NEEDS,
  ...IDENTITY_NEEDS,
  ...ROTATION_NEEDS,
  ...TRUSTSTORE_NEEDS,
};
