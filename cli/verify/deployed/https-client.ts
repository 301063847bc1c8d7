import type { ClientRequest, IncomingMessage } from "node:http";
import { type RequestOptions, request } from "node:https";
import { type HttpClient, NoAnswer } from "./outside";

/** Timeout of one request, in seconds: enough for a cold function and a cold service within API Gateway's 30. */
export const REQUEST_SECONDS = 30;

/** Limit of an answer's body, in bytes. Longer bodies are truncated. An echo of all headers has a few thousand bytes. */
export const BODY_BYTES = 64 * 1024;

type Transport = (options: RequestOptions, answered: (incoming: IncomingMessage) => void) => ClientRequest;

/**
 * The network client. It uses `node:https`, because `fetch` removes dot segments from a path before it sends it. Like
 * `redirect: "manual"`, it follows no redirect.
 */
export function httpsClient(transport: Transport = request, seconds = REQUEST_SECONDS): HttpClient {
  return ({ method, origin, path, headers }) =>
    new Promise((resolve, reject) => {
      const { protocol, hostname, port } = new URL(origin);
      const fail = (error: Error) => reject(new NoAnswer(reasonOf(error, seconds)));
      const options: RequestOptions = {
        protocol,
        hostname,
        port,
        method,
        path,
        headers,
        agent: false,
        // Set explicitly, so that no environment variable can switch it off.
        rejectUnauthorized: true,
        signal: AbortSignal.timeout(seconds * 1000),
      };
      const outgoing = transport(options, (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const finish = () => {
          const body = Buffer.concat(chunks).subarray(0, BODY_BYTES).toString("utf8");
          resolve({ status: incoming.statusCode ?? 0, headers: joined(incoming.headers), body });
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
      outgoing.end();
    });
}

function reasonOf(error: Error, seconds: number): string {
  if (error.name === "AbortError" || error.name === "TimeoutError") return `no answer within ${seconds} s`;
  return `no answer: ${"code" in error ? error.code : error.name}`;
}

function joined(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === "string" ? value : (value ?? []).join(", "),
    ]),
  );
}
