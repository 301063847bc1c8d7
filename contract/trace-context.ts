/** W3C Trace Context. The caller chooses its value, so it proves nothing: it only joins log lines. */
export const TRACEPARENT_HEADER = "traceparent";

/** Google's own header with a trace id. Cloud Run adds it to every request. */
export const CLOUD_TRACE_HEADER = "X-Cloud-Trace-Context";

/** API Gateway adds it to the requests that it sends: `Root=1-67891233-abcdef012345678912345678`. */
export const AWS_TRACE_HEADER = "X-Amzn-Trace-Id";

/** Names of log fields that join the lines of one request, in the gateway's, the authorizer's and Envoy's log. */
export const LOG_IDS = {
  /** The gateway's id of the request. */
  request: "requestId",
  /** Trace id of the caller's `traceparent`: 32 hexadecimal digits. */
  trace: "traceId",
  /** Id that AWS assigns, as in `AWS_TRACE_HEADER`. */
  xray: "xrayTraceId",
} as const;

/** Field of a service's JSON line from which Cloud Logging takes the trace, `projects/PROJECT/traces/ID`. */
export const CLOUD_TRACE_FIELD = "logging.googleapis.com/trace";

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * The trace id in a `traceparent`. Undefined unless it has version 00 and is well-formed
 * (https://www.w3.org/TR/trace-context/#traceparent-header).
 */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return TRACEPARENT.exec(traceparent ?? "")?.[1];
}

/** Name of the AWS role session in which a function becomes a service's role: `callers.orders`. */
export function sessionNameOf(functionKind: string, service: string): string {
  return `${functionKind}.${service}`;
}
