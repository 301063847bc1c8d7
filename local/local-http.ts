import type { IncomingMessage, ServerResponse } from "node:http";

/** A request as a stand-in sees it. */
export interface LocalRequest {
  readonly method: string;
  readonly host: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  /** In order and as they came: a header may occur twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface LocalAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export type LocalHost = (request: LocalRequest) => Promise<LocalAnswer>;

export function json(status: number, value: unknown): LocalAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** The values of a header, whatever the case of its name. */
export function headerValues({ headers }: Pick<LocalRequest, "headers">, name: string): readonly string[] {
  return headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

export async function readRequest(incoming: IncomingMessage): Promise<LocalRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
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
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

export function writeAnswer(outgoing: ServerResponse, { status, headers, body }: LocalAnswer): void {
  outgoing.writeHead(status, { ...headers });
  outgoing.end(body);
}
