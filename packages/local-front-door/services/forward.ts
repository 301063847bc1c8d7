import type { AgentOptions } from "node:http";
import { Agent, type IncomingMessage, request } from "node:http";
import type { LocalService, ServiceRequest } from "../google/run";
import { traced } from "../net/trace-context";

/**
 * For calls within this machine, where a new connection costs more than the call. Idle connections close after a
 * second, sooner than servers close them, so that no request meets one that is being closed.
 */
export const KEPT_CONNECTIONS = { keepAlive: true, timeout: 1000 } as const satisfies AgentOptions;

/** Headers that belong to one connection, not to the message. */
const HOP_BY_HOP = ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"];

/** Methods that are expected to have a body, even an empty one. */
const MAY_HAVE_BODY = ["POST", "PUT", "PATCH"];

/**
 * Forwards each request to a local port, as Cloud Run does to the container's port.
 *
 * @param agent whose connections are used; destroying it aborts requests in progress
 */
export function forwardTo(port: number, agent = new Agent(KEPT_CONNECTIONS)): LocalService {
  return (incoming) =>
    new Promise((resolve) => {
      const failed = (error: Error) =>
        resolve({
          status: 503,
          headers: { "content-type": "text/plain" },
          body: `nothing answers for ${incoming.service} on 127.0.0.1:${port}: ${error.message}\n`,
        });
      const outgoing = request(
        {
          host: "127.0.0.1",
          port,
          method: incoming.method,
          path: incoming.target,
          headers: headersOf(traced(incoming)),
          agent,
        },
        (response) => {
          // An answer without a length may be a stream that lasts for minutes.
          if (response.headers["transfer-encoding"] !== undefined) {
            resolve({ ...answerOf(incoming.method, response, []), bytes: undefined, stream: response });
            return;
          }
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", failed);
          response.on("end", () => resolve(answerOf(incoming.method, response, chunks)));
        },
      );
      outgoing.on("error", failed);
      incoming.onGivenUp?.(() => outgoing.destroy(new Error("the caller has gone")));
      outgoing.end(lengthOf(incoming) > 0 ? (incoming.bytes ?? incoming.body) : undefined);
    });
}

/** Unchanged: names and values alternate. */
function headersOf(request: ServiceRequest): string[] {
  const found: string[] = [];
  for (const [name, value] of request.headers) {
    if (!HOP_BY_HOP.includes(name.toLowerCase())) found.push(name, value);
  }
  const length = lengthOf(request);
  // Without a length, Node would use chunked encoding.
  if (length > 0 || MAY_HAVE_BODY.includes(request.method)) found.push("content-length", String(length));
  return found;
}

function lengthOf({ body, bytes }: ServiceRequest): number {
  return bytes?.length ?? Buffer.byteLength(body);
}

function answerOf(method: string, { statusCode: status = 502, headers }: IncomingMessage, chunks: readonly Buffer[]) {
  // An answer to HEAD has a length and no body.
  const dropped = method === "HEAD" ? HOP_BY_HOP.filter((name) => name !== "content-length") : HOP_BY_HOP;
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || dropped.includes(name) ? [] : [[name, value] as const],
  );
  const bytes = Buffer.concat(chunks);
  return { status, headers: Object.fromEntries(kept), body: bytes.toString("utf8"), bytes };
}
