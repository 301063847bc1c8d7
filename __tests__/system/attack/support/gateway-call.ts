import { request } from "node:http";

export interface GatewayCall {
  readonly method?: string;
  readonly token?: string;
  /** Name and value in turn, so that a name may occur twice. */
  readonly headers?: readonly string[];
}

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Sends the path unchanged: `fetch` would resolve `%2e%2e` and would not send a header twice. */
export function call(url: string, path: string, { method = "GET", token, headers = [] }: GatewayCall) {
  const { hostname, port, host } = new URL(url);
  const authorization = token === undefined ? [] : ["Authorization", `Bearer ${token}`];
  const all = ["Host", host, ...authorization, ...headers];
  return new Promise<GatewayAnswer>((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, agent: false, headers: all }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = incoming.headers["content-type"]?.startsWith("application/json") === true;
        const body: unknown = isJson ? JSON.parse(text) : text;
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
      });
    });
    outgoing.on("error", reject).end();
  });
}
