import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import { LOG_IDS } from "../../contract/trace-context";
import type { Service } from "../../intent/model/intent";
import { LATENCY_FIELD } from "../../intent/model/slo";

const REQUEST_FIELDS = {
  [LOG_IDS.request]: "$context.requestId",
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

/**
 * Log fields from the authorizer's response; for a cached result, from the response that filled the cache.
 * `googleAuthorization` is not included, because it holds the token. The values a caller can choose most freely come
 * first: see `httpLogFields`.
 */
export const ANSWER_FIELDS = {
  subject: "$context.authorizer.subject",
  client: "$context.authorizer.client",
  actor: "$context.authorizer.actor",
  callerKind: "$context.authorizer.callerKind",
  issuer: "$context.authorizer.issuer",
  decision: "$context.authorizer.decision",
} as const;

export interface AccessLogProps {
  readonly name: string;
  /** Terraform name, and suffix of the group's name. `rest-access` keeps the two kinds of API apart when both exist. */
  readonly id: "access" | "rest-access";
  readonly retentionDays: number;
  /** Fields of a log line, and the variables with their values. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether a metric filter compares a request's time with a number. */
  readonly hasLatency: boolean;
}

/** Every request has this time, so it may be unquoted: as a number, which metric filters compare. */
const LATENCY = { [LATENCY_FIELD]: "$context.responseLatency" } as const;

/**
 * Fields of an HTTP API's access log. `caller` holds the fields that identify the caller, from the handshake's
 * authorizers. They come first so that no signed claim can replace one of the gateway's own values. API Gateway does
 * not document how it writes a quote in a value. Most JSON parsers keep the later of two equal keys.
 */
export function httpLogFields(caller: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...caller, ...REQUEST_FIELDS, ...CONNECTION_FIELDS };
}

/** A REST API's variables that differ. It has none for `processedBytes`, an HTTP API's last field. */
const REST_VARIABLES = {
  [LOG_IDS.request]: "$context.extendedRequestId",
  route: "$context.httpMethod $context.resourcePath",
  integrationLatencyMs: "$context.integration.latency",
} as const;

/**
 * The same fields of a REST API, in the same order. When AWS X-Ray traces requests, its id joins the line to the trace in
 * AWS and to the header that API Gateway sends on. It comes first, because a caller can send that header as well.
 */
export function restLogFields(isTraced: boolean): Readonly<Record<string, string>> {
  const { processedBytes: _, ...fields } = httpLogFields(ANSWER_FIELDS);
  return { ...(isTraced && { [LOG_IDS.xray]: "$context.xrayTraceId" }), ...fields, ...REST_VARIABLES };
}

export interface AccessLog {
  readonly group: CloudwatchLogGroup;
  /** For a stage of either kind of API. */
  readonly settings: { readonly destinationArn: string; readonly format: string };
  readonly fields: readonly string[];
}

/**
 * The log group of the gateway's access log, and its format: JSON in which every value is quoted, except a request's
 * time. An absent value is written as `-`, which is not valid JSON unquoted.
 */
export function declareAccessLog(scope: Construct, props: AccessLogProps): AccessLog {
  const group = new CloudwatchLogGroup(scope, props.id, {
    // This prefix keeps the group out of the account's log resource policy, which is limited to 5,120 characters.
    name: `/aws/vendedlogs/${props.name}-${props.id}`,
    retentionInDays: props.retentionDays,
  });
  const numbers = props.hasLatency ? LATENCY : {};
  return {
    group,
    settings: { destinationArn: group.arn, format: formatOf(props.fields, numbers) },
    fields: Object.keys({ ...props.fields, ...numbers }),
  };
}

/** Numbers come last, after every value that a caller can choose. */
function formatOf(texts: Readonly<Record<string, string>>, numbers: Readonly<Record<string, string>>): string {
  const unquoted = Object.entries(numbers).map(([name, variable]) => `,"${name}":${variable}`);
  return `${JSON.stringify(texts).slice(0, -1)}${unquoted.join("")}}`;
}

/** Whether any service has an objective for its latency. */
export function measuresLatency(services: readonly { readonly service: Service }[]): boolean {
  return services.some(({ service }) => service.slo?.latency !== undefined);
}
