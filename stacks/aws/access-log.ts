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
  /** Terraform name, and the end of the group's: `access`, or `rest-access` where both kinds may stand side by side. */
  readonly id: "access" | "rest-access";
  readonly retentionDays: number;
  /** Fields of a line and the variables that fill them. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Fields of an HTTP API's log. `caller` are those that name the caller, as the handshake's authorizers know it. They come
 * first: how API Gateway writes a quote within a value is not documented, and most JSON readers take the later of two equal
 * keys. No signed claim can then replace one of the gateway's own values.
 */
export function httpLogFields(caller: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...caller, ...REQUEST_FIELDS, ...CONNECTION_FIELDS };
}

/**
 * The log group of the gateway's access log, and the format of its lines: JSON in which every value is quoted, since an
 * absent one is written `-`, which is no JSON by itself.
 */
export class AccessLog extends Construct {
  readonly group: CloudwatchLogGroup;
  readonly destinationArn: string;
  readonly format: string;
  /** Names of a line's fields. */
  readonly fields: readonly string[];

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    this.group = new CloudwatchLogGroup(this, props.id, {
      // This prefix keeps the group out of the account's log resource policy, which holds 5,120 characters.
      name: `/aws/vendedlogs/${props.name}-${props.id}`,
      retentionInDays: props.retentionDays,
    });
    this.destinationArn = this.group.arn;
    this.format = JSON.stringify(props.fields);
    this.fields = Object.keys(props.fields);
  }
}
