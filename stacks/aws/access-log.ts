import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";

const REQUEST_FIELDS = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  route: "$context.routeKey",
  status: "$context.status",
  responseLatencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integrationLatency",
  integrationStatus: "$context.integration.status",
  integrationError: "$context.integration.error",
  authorizerError: "$context.authorizer.error",
} as const;

const CONNECTION_FIELDS = {
  sourceIp: "$context.identity.sourceIp",
  responseBytes: "$context.responseLength",
  processedBytes: "$context.dataProcessed",
} as const;

export interface AccessLogProps {
  readonly name: string;
  readonly retentionDays: number;
  /** Fields that name the caller, as the handshake's authorizers know it. */
  readonly callerFields: Readonly<Record<string, string>>;
}

/**
 * The log group of the gateway's access log, and the format of its lines: JSON in which every value is quoted, since an
 * absent one is written `-`, which is no JSON by itself.
 */
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
    this.format = JSON.stringify({ ...REQUEST_FIELDS, ...props.callerFields, ...CONNECTION_FIELDS });
  }
}
