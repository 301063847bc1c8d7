import { Readable } from "node:stream";
import type { Dispatcher, Pool } from "undici";
import type { LocalService, ServiceRequest } from "../google/run";
import type { LocalAnswer } from "../net/local-http";
import { traced } from "../net/trace-context";

/** Headers that belong to one connection, not to the message. */
const HOP_BY_HOP = ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"];

/** A caller's `expect` asks whether to send the body, which the gateway has already received. */
const NOT_FORWARDED = [...HOP_BY_HOP, "expect"];

/** Methods for which a client states the length of the body, even of an empty one. */
const MAY_HAVE_BODY = ["POST", "PUT", "PATCH"];

/** Forwards each request to a port of this machine, as Cloud Run does to the container's port. */
export class Forwarder {
  private pool: Pool | undefined;

  constructor(private readonly port: number) {}

  readonly answer: LocalService = (request) => {
    const { pool, port } = this;
    if (pool === undefined) return this.open().then(() => this.answer(request));
    const headers = headersOf(traced(request));
    const { method, target: path } = request;
    const body = lengthOf(request) > 0 ? (request.bytes ?? request.body) : null;
    return new Promise((resolve) => {
      pool.dispatch(
        { method: method as Dispatcher.HttpMethod, path, headers, body },
        new Answer(request, port, resolve),
      );
    });
  };

  /** Aborts requests in progress. */
  async stop(): Promise<void> {
    await this.pool?.destroy();
  }

  /** The client is loaded with the first request, because that takes a moment. */
  private async open(): Promise<void> {
    const { connectionsTo } = await import("./connections");
    this.pool ??= connectionsTo(this.port);
  }
}

/** A `Forwarder` for the lifetime of this process. */
export function forwardTo(port: number): LocalService {
  return new Forwarder(port).answer;
}

/** One answer of a service, as it arrives. */
class Answer implements Dispatcher.DispatchHandler {
  private readonly chunks: Buffer[] = [];
  private stream: Readable | undefined;
  private head: Pick<LocalAnswer, "headers" | "status"> = { status: 502 };

  constructor(
    private readonly request: ServiceRequest,
    private readonly port: number,
    private readonly resolve: (answer: LocalAnswer) => void,
  ) {}

  onRequestStart(call: Dispatcher.DispatchController): void {
    this.request.onGivenUp?.(() => call.abort(new Error("the caller has disconnected")));
  }

  onResponseStart(call: Dispatcher.DispatchController, status: number, received: Received): void {
    if (status < 200) return;
    this.head = { status, headers: keptHeaders(this.request.method, received) };
    if (received["transfer-encoding"] === undefined) return;
    // An answer without a length may be a stream that lasts for minutes.
    const stream = new Readable({
      read: () => call.resume(),
      destroy: (error, done) => {
        call.abort(error ?? new Error("the rest of the answer is not needed"));
        done(error);
      },
    });
    // Without a reader, an answer that breaks off must not be an uncaught error.
    this.stream = stream.on("error", () => {});
    this.resolve({ ...this.head, body: "", stream });
  }

  onResponseData(call: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.stream === undefined) this.chunks.push(chunk);
    else if (!this.stream.push(chunk)) call.pause();
  }

  onResponseEnd(): void {
    if (this.stream !== undefined) {
      this.stream.push(null);
      return;
    }
    const [first] = this.chunks;
    const bytes = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks);
    this.resolve({ ...this.head, body: bytes.toString("utf8"), bytes });
  }

  onResponseError(_: unknown, error: Error): void {
    this.stream?.destroy(error);
    this.resolve({
      status: 503,
      headers: { "content-type": "text/plain" },
      body: `no program answers for ${this.request.service} on 127.0.0.1:${this.port}: ${error.message}\n`,
    });
  }
}

/** Names in lower case. A list is a header that occurs several times. */
type Received = Readonly<Record<string, string | string[] | undefined>>;

/** Unchanged: names and values alternate. */
function headersOf(request: ServiceRequest): string[] {
  const found: string[] = [];
  for (const [name, value] of request.headers) {
    if (!NOT_FORWARDED.includes(name.toLowerCase())) found.push(name, value);
  }
  const length = lengthOf(request);
  // Without a length, chunked encoding would be used.
  if (length > 0 || MAY_HAVE_BODY.includes(request.method)) found.push("content-length", String(length));
  return found;
}

function lengthOf({ body, bytes }: ServiceRequest): number {
  return bytes?.length ?? Buffer.byteLength(body);
}

/**
 * Headers of which only the first value is kept, as in Node's own client and most others. The values of all other
 * headers are joined.
 */
const SINGLE = /^(age|content-type|etag|expires|last-modified|location|retry-after|server)$/;

function keptHeaders(method: string, received: Received): NonNullable<LocalAnswer["headers"]> {
  const kept: Record<string, string | readonly string[]> = {};
  for (const name of Object.keys(received)) {
    const value = received[name];
    // An answer to HEAD has a length and no body.
    if (value === undefined || (HOP_BY_HOP.includes(name) && !(name === "content-length" && method === "HEAD")))
      continue;
    if (typeof value === "string" || name === "set-cookie") kept[name] = value;
    else kept[name] = SINGLE.test(name) ? (value[0] ?? "") : value.join(", ");
  }
  return kept;
}
