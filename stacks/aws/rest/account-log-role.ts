import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ExclusiveRole } from "../exclusive-role";

/** API Gateway tests a role for logs when it is set, and refuses one with fewer permissions than this policy. */
const PUSH_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/**
 * The role with which API Gateway writes logs; there is one per account and region. AWS refuses a REST API's stage
 * without it. It belongs to the environment that owns the account.
 */
export class AccountLogRole extends Construct {
  /** Wait for this before creating a stage that logs. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: { readonly name: string }) {
    super(scope, id);
    const role = new ExclusiveRole(new Construct(this, "Role"), "gateway-logs", {
      name: props.name,
      description: "API Gateway writes the logs of this account's REST APIs as this role",
      trust: [
        {
          Sid: "ApiGateway",
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
      managedPolicy: PUSH_LOGS,
    });
    this.ready = new ApiGatewayAccount(this, "gateway", { cloudwatchRoleArn: role.arn, dependsOn: [...role.ready] });
  }
}
