import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived at the backend. */
export interface Arrived {
  readonly method: string;
  /** Path and query, unchanged. */
  readonly target: string;
  /** In order; names in their own case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Header by which a caller chooses the backend's answer: JSON of `WantedAnswer`. */
export const WANTED = "X-Wanted";

export interface WantedAnswer {
  readonly status?: number;
  /** Name and value in turn. */
  readonly headers?: readonly string[];
  /** Base64. Default: a short JSON text. */
  readonly body?: string;
  /** Whether the answer states its length. Default: true. */
  readonly length?: boolean;
}

/** One HTTP server on 127.0.0.1 in place of all services. It keeps each request until it is taken. */
export class Backend {
  private arrived: Arrived[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Backend> {
    const backend: { of?: Backend } = {};
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const { rawHeaders, method = "", url: target = "" } = incoming;
        const headers = rawHeaders.flatMap((name, index) =>
          index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
        );
        backend.of?.arrived.push({ method, target, headers, body: Buffer.concat(chunks) });
        const wanted: WantedAnswer = JSON.parse(String(incoming.headers[WANTED.toLowerCase()] ?? "{}"));
        const body = Buffer.from(wanted.body ?? "eyJvayI6dHJ1ZX0=", "base64");
        const own = wanted.headers ?? ["Content-Type", "application/json"];
        const hasBody = ![204, 304].includes(wanted.status ?? 200);
        const length = wanted.length !== false && hasBody ? ["Content-Length", String(body.length)] : [];
        outgoing.sendDate = false;
        outgoing.writeHead(wanted.status ?? 200, [...own, ...length]);
        outgoing.end(method === "HEAD" || !hasBody ? undefined : body);
      });
    });
    // Without it, each answer has a `Keep-Alive` header of this server.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    backend.of = new Backend(server);
    return backend.of;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Returns what has arrived since the last call. */
  take(): readonly Arrived[] {
    return this.arrived.splice(0);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
