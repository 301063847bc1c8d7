import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { TracePlace } from "../trace/trace";

/** A request as a stand-in sees it. */
export interface LocalRequest {
  readonly method: string;
  readonly host: string;
  /** Path and query as sent over the wire. */
  readonly target: string;
  /** In order and unchanged: a header may occur twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The unchanged body, which may not be text. */
  readonly bytes?: Uint8Array;
  /** Its place in the trace. Default: the place of the calling code. */
  readonly place?: TracePlace;
  /** Registers a function that ends the work when the caller has disconnected. Default: the work continues. */
  readonly onGivenUp?: (end: () => void) => void;
}

export interface LocalAnswer {
  readonly status: number;
  /** A list stands for a header that occurs several times, such as `set-cookie`. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
  /** Sent instead of the body; may not be text. */
  readonly bytes?: Uint8Array;
  /** Sent instead of both, piece by piece as they arrive. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

export type LocalHost = (request: LocalRequest) => Promise<LocalAnswer>;

export function json(status: number, value: unknown): LocalAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** The values of a header, in upper or lower case. */
export function headerValues({ headers }: Pick<LocalRequest, "headers">, name: string): readonly string[] {
  const lower = name.toLowerCase();
  const found: string[] = [];
  for (const [key, value] of headers) {
    if (key.length === lower.length && key.toLowerCase() === lower) found.push(value);
  }
  return found;
}

export class BodyTooLarge extends Error {}

/** Answer of a server without an answer of its own for a body over its limit. */
export const TOO_LARGE: LocalAnswer = { status: 413, body: "the body is too long\n" };

/** A request without its body, which may not have arrived yet. */
export type RequestHead = Omit<LocalRequest, "body" | "bytes">;

/** @throws BodyTooLarge as soon as the body is over the limit. The rest is discarded, so that its sender can read the answer */
export async function readRequest(incoming: IncomingMessage, mostBytes = SERVICE_BODY_BYTES): Promise<LocalRequest> {
  const bytes = hasBody(incoming) ? await bodyOf(incoming, mostBytes) : NO_BYTES;
  if (bytes === NO_BYTES) incoming.resume();
  return { ...headOf(incoming), body: bytes.toString("utf8"), bytes };
}

export function headOf(incoming: IncomingMessage): RequestHead {
  const { rawHeaders } = incoming;
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return {
    method: incoming.method ?? "GET",
    host: (incoming.headers.host ?? "").split(":")[0] ?? "",
    target: incoming.url ?? "/",
    headers,
  };
}

/**
 * Longest body that Cloud Run accepts over HTTP/1.1, in bytes.
 * https://cloud.google.com/run/quotas#cloud_run_limits
 */
const SERVICE_BODY_BYTES = 32 * 1024 * 1024;

const NO_BYTES = Buffer.alloc(0);

/** https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || headers["content-length"] !== undefined;
}

function bodyOf(incoming: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = Number(incoming.headers["content-length"] ?? 0);
    const refuse = () => {
      chunks.length = 0;
      incoming.removeAllListeners("data").resume();
      reject(new BodyTooLarge(`a body of ${size} bytes or more, expected at most ${mostBytes}`));
    };
    if (size > mostBytes) return refuse();
    size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > mostBytes) refuse();
    });
    incoming.on("error", reject);
    incoming.on("end", () => resolve(Buffer.concat(chunks)));
  });
}

/** Sends a short body together with its head. Node does this only with strings. */
const FEW_BYTES = 16_384;

export function writeAnswer(outgoing: ServerResponse, { status, headers, body, bytes, stream }: LocalAnswer): void {
  for (const [name, value] of Object.entries(headers ?? {})) outgoing.setHeader(name, value);
  outgoing.statusCode = status;
  if (stream === undefined) {
    if (bytes !== undefined && bytes.length <= FEW_BYTES) outgoing.end(Buffer.from(bytes).toString("latin1"), "latin1");
    else outgoing.end(bytes ?? body);
    return;
  }
  outgoing.flushHeaders();
  // If the source ends early, the reader must see that its answer is incomplete: the connection closes without the last
  // piece.
  pipeline(stream, outgoing).catch(() => outgoing.destroy());
}

/** All hosts of both clouds and of the issuers by name, each with the program that answers for it. */
export type LocalHosts = ReadonlyMap<string, LocalHost>;

/**
 * Calls the program that answers for the request's host. Rejects if the stack has no such host. A program that throws
 * answers 500.
 *
 * @param hosts read at each call, so that the caller can be created before them
 */
export function callerOf(hosts: () => LocalHosts): LocalHost {
  return (request) => {
    const host = hosts().get(request.host);
    if (host === undefined) return Promise.reject(new Error(`${request.host} is not a host of this stack`));
    return host(request).catch((error: Error) => ({ status: 500, body: `the stand-in failed: ${error.message}` }));
  };
}
