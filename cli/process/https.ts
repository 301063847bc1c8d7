import type { ClientRequest, IncomingMessage } from "node:http";
import { type RequestOptions, request as secureRequest } from "node:https";

export interface HttpRequest {
  readonly method: string;
  /** `https://host`. */
  readonly origin: string;
  /** Host to connect to; the certificate must still be that of `origin`. Default: where DNS leads. */
  readonly at?: string | undefined;
  /** Sent byte for byte. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes one call, without redirects or retries. Rejects with `NoAnswer`. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer arrived, or not in time. The outcome is unknown. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** Timeout of one request, in seconds: enough for a cold function and a cold service within API Gateway's 30. */
export const REQUEST_SECONDS = 30;

/** Limit of an answer's body, in bytes. Longer bodies are truncated. */
export const BODY_BYTES = 64 * 1024;

type Transport = (options: RequestOptions, answered: (incoming: IncomingMessage) => void) => ClientRequest;

/** The network client. It uses `node:https`, because `fetch` removes dot segments from a path before it sends it. */
export function httpsClient(transport: Transport = secureRequest, seconds = REQUEST_SECONDS): HttpClient {
  return ({ method, origin, at, path, headers, body: sent }) =>
    new Promise((resolve, reject) => {
      const { protocol, host, hostname: name, port } = new URL(origin);
      const place = at === undefined ? { hostname: name } : { hostname: at, servername: name };
      const fail = (error: Error) => reject(new NoAnswer(reasonOf(error, seconds)));
      const target = { protocol, ...place, port, method, path, headers: { host, ...headers } };
      const signal = AbortSignal.timeout(seconds * 1000);
      // Set explicitly, so that no environment variable can switch it off.
      const outgoing = transport({ ...target, signal, agent: false, rejectUnauthorized: true }, (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const finish = () => {
          const named = Object.entries(incoming.headers).map(([name, value]) => [
            name,
            [value ?? []].flat().join(", "),
          ]);
          const body = Buffer.concat(chunks).subarray(0, BODY_BYTES).toString("utf8");
          resolve({ status: incoming.statusCode ?? 0, headers: Object.fromEntries(named), body });
        };
        incoming.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes < BODY_BYTES) return;
          finish();
          incoming.destroy();
        });
        incoming.on("end", finish);
        incoming.on("error", fail);
      });
      outgoing.on("error", fail);
      outgoing.end(sent);
    });
}

function reasonOf(error: Error, seconds: number): string {
  if (error.name === "AbortError" || error.name === "TimeoutError") return `no answer within ${seconds} s`;
  return `no answer: ${"code" in error ? error.code : error.name}`;
}
