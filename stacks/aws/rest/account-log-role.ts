import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ExclusiveRole } from "../exclusive-role";

/** What API Gateway tries out when it is given a role for logs: it refuses one that may do less. */
const PUSH_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/**
 * The one role by which API Gateway writes logs in an account and region. A REST API's stage is refused without it, so it
 * belongs to the one environment that owns the account.
 */
export class AccountLogRole extends Construct {
  /** Wait for this before a stage that logs. */
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
