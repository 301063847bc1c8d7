import type { AgentOptions } from "node:http";
import { Agent, type IncomingMessage, request } from "node:http";
import type { LocalService, ServiceRequest } from "../google/run";
import { headerValues, type LocalRequest } from "../net/local-http";
import { randomFew } from "../net/random-bytes";

/**
 * For calls within this machine: a new connection a call costs more than the call. Idle ones are given up after a second,
 * sooner than servers give them up, so that no request meets one that is being closed.
 */
export const KEPT_CONNECTIONS = { keepAlive: true, timeout: 1000 } as const satisfies AgentOptions;

/** Belong to one connection, not to the message. */
const HOP_BY_HOP = ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"];

/** A body is expected with these, be it an empty one. */
const MAY_HAVE_BODY = ["POST", "PUT", "PATCH"];

const TRACE = "x-cloud-trace-context";

/** With the trace that Cloud Run begins where the caller has none. */
export function traced<T extends LocalRequest>(request: T): T {
  if (headerValues(request, TRACE).length > 0) return request;
  const begun = `${randomFew(16).toString("hex")}/${randomFew(6).readUIntBE(0, 6)};o=0`;
  return { ...request, headers: [...request.headers, [TRACE, begun]] };
}

/** Id of the trace that a request belongs to. */
export function traceOf(request: LocalRequest): string | undefined {
  return headerValues(request, TRACE)[0]?.split("/")[0];
}

/**
 * Hands each request to a local port, as Cloud Run hands it to the container's.
 *
 * @param agent whose connections are used; to destroy it gives up requests that are under way
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
          // One that does not say how long it is may be a stream that goes on for minutes.
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

/** As they came: names and values by turns. */
function headersOf(request: ServiceRequest): string[] {
  const found: string[] = [];
  for (const [name, value] of request.headers) {
    if (!HOP_BY_HOP.includes(name.toLowerCase())) found.push(name, value);
  }
  const length = lengthOf(request);
  // Without a length Node would announce pieces.
  if (length > 0 || MAY_HAVE_BODY.includes(request.method)) found.push("content-length", String(length));
  return found;
}

function lengthOf({ body, bytes }: ServiceRequest): number {
  return bytes?.length ?? Buffer.byteLength(body);
}

function answerOf(method: string, { statusCode: status = 502, headers }: IncomingMessage, chunks: readonly Buffer[]) {
  // A length without a body is what HEAD asks for.
  const dropped = method === "HEAD" ? HOP_BY_HOP.filter((name) => name !== "content-length") : HOP_BY_HOP;
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || dropped.includes(name) ? [] : [[name, value] as const],
  );
  const bytes = Buffer.concat(chunks);
  return { status, headers: Object.fromEntries(kept), body: bytes.toString("utf8"), bytes };
}
