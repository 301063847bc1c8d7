import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";

/**
 * What the gateway writes for each request, as JSON. `authorizer.*` are the keys of the authorizer's answer, of the one
 * that filled the cache where the answer was replayed. `googleAuthorization`, the key that holds the token, is not among them.
 * Every value is quoted: an absent one is written `-`, which is no JSON by itself.
 */
export const ACCESS_LOG_FIELDS = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  route: "$context.routeKey",
  status: "$context.status",
  responseLatencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integrationLatency",
  integrationStatus: "$context.integration.status",
  integrationError: "$context.integration.error",
  authorizerError: "$context.authorizer.error",
  decision: "$context.authorizer.decision",
  issuer: "$context.authorizer.issuer",
  client: "$context.authorizer.client",
  subject: "$context.authorizer.subject",
  sourceIp: "$context.identity.sourceIp",
  responseBytes: "$context.responseLength",
  processedBytes: "$context.dataProcessed",
} as const;

export interface AccessLogProps {
  readonly name: string;
  readonly retentionDays: number;
}

/** The log group of the gateway's access log, and the format of its lines. */
export class AccessLog extends Construct {
  readonly destinationArn: string;
  readonly format: string;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, "access", {
      // This prefix keeps the group out of the account's log resource policy, which holds 5,120 characters.
      name: `/aws/vendedlogs/${props.name}-access`,
      retentionInDays: props.retentionDays,
    });
    this.destinationArn = group.arn;
    this.format = JSON.stringify(ACCESS_LOG_FIELDS);
  }
}
