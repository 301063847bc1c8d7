import { ALARM_NEEDS } from "./alarm-permissions";
import { DOMAIN_NEEDS } from "./domain-permissions";
import { FIREWALL_NEEDS } from "./firewall-permissions";
import { GATEWAY_NEEDS } from "./gateway-permissions";
import { IDENTITY_NEEDS } from "./identity-permissions";
import { type AwsNeeds, actionsOf } from "./need";

import { ROTATION_NEEDS } from "./rotation-permissions";
import { TRUSTSTORE_NEEDS } from "./truststore-permissions";

const logs = actionsOf("logs");

/** Needs of the auditors' resources. Their role is like any other and listed elsewhere. */
const AUDITOR_NEEDS: AwsNeeds = {
  // Saved queries have no resource-level permissions (Service Authorization Reference, CloudWatch Logs). They contain a
  // name and a query text, but no log lines.
  aws_cloudwatch_query_definition: [
    {
      on: "everything",
      read: logs("DescribeQueryDefinitions"),
      write: logs("DeleteQueryDefinition", "PutQueryDefinition"),
    },
  ],
};

/**
 * The reviewed table: every AWS resource type that an environment's stack declares, and the actions it needs. Sources:
 * the calls of provider 6.25 and the Service Authorization Reference. A type without a row, a wildcard, or a row that
 * no stack needs fails a test.
 */
export const AWS_NEEDS: AwsNeeds = {
  ...ALARM_NEEDS,
  ...AUDITOR_NEEDS,
  ...DOMAIN_NEEDS,
  ...FIREWALL_NEEDS,
  ...GATEWAY_NEEDS,
  ...IDENTITY_NEEDS,
  ...ROTATION_NEEDS,
  ...TRUSTSTORE_NEEDS,
};
