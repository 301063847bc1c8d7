import { Buffer } from "node:buffer";
import type { LocalRequest } from "../../net/local-http";
import type { MethodMatch } from "./methods";

export type Headers = LocalRequest["headers"];

/** A request that has found its method, with all that identity sources and mappings may refer to. */
export interface RestRequest {
  /** After `X-HTTP-Method-Override`, which API Gateway obeys. */
  readonly httpMethod: string;
  /** As it was sent, after the stage: `/orders/7`. */
  readonly path: string;
  /** The same with the stage, as `context.path` has it: `/live/orders/7`. */
  readonly stagePath: string;
  readonly query: string;
  /** As they came, in their order and case, and what API Gateway says of where they came from. */
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
  /** What the authorizer returned as context; empty where none was asked. */
  readonly authorizer: ReadonlyMap<string, string>;
}

/**
 * The value of one header: case counts where the very name is there, and the last value of several. Undefined without one.
 */
export function headerValue(headers: Headers, name: string): string | undefined {
  const exact = headers.filter(([each]) => each === name);
  const any = headers.filter(([each]) => each.toLowerCase() === name.toLowerCase());
  return (exact.at(-1) ?? any.at(-1))?.[1];
}

/** Whether a name occurs more than once, or in another case than asked for: where AWS is silent about which counts. */
export function isAmbiguous(headers: Headers, name: string): boolean {
  const any = headers.filter(([each]) => each.toLowerCase() === name.toLowerCase());
  return any.length > 1 || any.some(([each]) => each !== name);
}

/** With what API Gateway adds about the connection. */
export function withForwarded(headers: Headers, sourceIp: string, traceId: string): Headers {
  const own = /^x-forwarded-(for|port|proto)$/i;
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
 * Whether a body of this media type passes as it is.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 *
 * @param mediaType with or without parameters. Default: application/json
 */
export function isBinary(mediaType = "application/json", binaryMediaTypes: readonly string[]): boolean {
  const [type = ""] = mediaType.split(";");
  return binaryMediaTypes.some((each) => each === "*/*" || each === type.trim());
}

/** The bytes, or what is left of them once they were taken for text in UTF-8. */
export function asBinary(given: { readonly body: string; readonly bytes?: Uint8Array }, binary: boolean): Buffer {
  return binary && given.bytes !== undefined ? Buffer.from(given.bytes) : Buffer.from(given.body);
}
