import type { IncomingMessage } from "node:http";

/**
 * Quotas that both kinds of API share.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const MOST_HEAD_BYTES = 10_240;
export const MOST_BODY_BYTES = 10_000_000;

/**
 * Request line and headers as sent over the wire. The quota mentions only values. Names are counted too, to be safe.
 */
export function headBytes({ method, url, rawHeaders }: Pick<IncomingMessage, "method" | "url" | "rawHeaders">): number {
  const line = Buffer.byteLength(`${method} ${url} HTTP/1.1\r\n`);
  // Each name and each value is followed by two characters: `: ` and the line's end.
  return rawHeaders.reduce((bytes, text) => bytes + Buffer.byteLength(text, "latin1") + 2, line);
}
