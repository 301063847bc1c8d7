import { Buffer } from "node:buffer";
import type { LocalRequest } from "../../net/local-http";
import type { MethodMatch } from "./methods";

export type Headers = LocalRequest["headers"];

/** A request with its method, and everything that identity sources and mappings may refer to. */
export interface RestRequest {
  /** After `X-HTTP-Method-Override`, which API Gateway obeys. */
  readonly httpMethod: string;
  /** As sent, after the stage: `/orders/7`. */
  readonly path: string;
  /** The same with the stage, as in `context.path`: `/live/orders/7`. */
  readonly stagePath: string;
  readonly query: string;
  /** Headers as they arrived, in their order and case, with API Gateway's own headers about the caller's address. */
  readonly headers: Headers;
  readonly body: string;
  readonly bytes?: Uint8Array;
  readonly match: MethodMatch;
  readonly stage: string;
  readonly stageVariables: ReadonlyMap<string, string>;
  readonly sourceIp: string;
  /** The caller may choose it. */
  readonly requestId: string;
  /** The gateway's own id, which no caller chooses. */
  readonly extendedRequestId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The context that the authorizer returned; empty if no authorizer was called. */
  readonly authorizer: ReadonlyMap<string, string>;
}

/**
 * The value of one header. An exact match of the name comes first; of several values, the last one counts. Undefined
 * without one.
 */
export function headerValue(headers: Headers, name: string): string | undefined {
  const exact = headers.filter(([each]) => each === name);
  const any = headers.filter(([each]) => each.toLowerCase() === name.toLowerCase());
  return (exact.at(-1) ?? any.at(-1))?.[1];
}

/**
 * Whether a name occurs more than once, or in different case than requested. AWS does not document which one counts.
 */
export function isAmbiguous(headers: Headers, name: string): boolean {
  const any = headers.filter(([each]) => each.toLowerCase() === name.toLowerCase());
  return any.length > 1 || any.some(([each]) => each !== name);
}

/** Includes what API Gateway adds about the connection. */
export function withForwarded(headers: Headers, sourceIp: string, traceId: string): Headers {
  const own = /^(x-forwarded-(for|port|proto)|x-amzn-trace-id)$/i;
  const claimed = headers.filter(([name]) => name.toLowerCase() === "x-forwarded-for").map(([, value]) => value);
  return [
    ...headers.filter(([name]) => !own.test(name)),
    ["X-Amzn-Trace-Id", traceId],
    ["X-Forwarded-For", [...claimed, sourceIp].join(", ")],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ];
}

/**
 * Whether a body of this media type passes unchanged.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 *
 * @param mediaType with or without parameters. Default: application/json
 */
export function isBinary(mediaType = "application/json", binaryMediaTypes: readonly string[]): boolean {
  const [type = ""] = mediaType.split(";");
  return binaryMediaTypes.some((each) => each === "*/*" || each === type.trim());
}

/** Returns the bytes, or what remains of them after they were treated as UTF-8 text. */
export function asBinary(given: { readonly body: string; readonly bytes?: Uint8Array }, binary: boolean): Buffer {
  return binary && given.bytes !== undefined ? Buffer.from(given.bytes) : Buffer.from(given.body);
}
