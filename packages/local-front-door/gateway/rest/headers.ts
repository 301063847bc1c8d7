import type { Headers } from "./request";

/**
 * What happens to unmapped headers, as AWS lists it under "HTTP proxy".
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const DROPPED_IN_REQUESTS = [
  ...["content-encoding", "content-md5", "expect", "max-forwards", "proxy-authenticate", "server", "te"],
  ...["trailer", "transfer-encoding", "upgrade", "via", "www-authenticate"],
  // Headers of one connection, or set again for the outgoing request.
  ...["connection", "content-length", "host", "keep-alive"],
  // API Gateway obeys this header, and forwards it only if a mapping says so.
  "x-http-method-override",
  // Set by the gateway itself.
  "x-amzn-apigateway-api-id",
];
const DROPPED_IN_RESPONSES = [
  ...["expect", "host", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "via"],
  "keep-alive",
];
const REMAPPED_IN_RESPONSES = [
  ...["authorization", "connection", "content-md5", "date", "max-forwards", "server", "user-agent"],
  "www-authenticate",
];

export function passedToService(headers: Headers): Headers {
  return headers.filter(([name]) => !DROPPED_IN_REQUESTS.includes(name.toLowerCase()));
}

/** Returns the headers that a caller receives. Every answer of an integration has a content type. */
export function passedToCaller(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string | readonly string[]> {
  const passed: Record<string, string | readonly string[]> = { "content-type": "application/json" };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || DROPPED_IN_RESPONSES.includes(name)) continue;
    passed[REMAPPED_IN_RESPONSES.includes(name) ? `x-amzn-remapped-${name}` : name] = value;
  }
  // A header of the connection to the service, which is meaningless to a caller.
  delete passed["x-amzn-remapped-connection"];
  return passed;
}
