import { type IncomingMessage, request } from "node:http";

/** A preflight whose headers keep their case, which `fetch` does not. */
export async function preflight(url: string, path: string, headers: readonly string[]): Promise<IncomingMessage> {
  const { hostname, port, pathname } = new URL(url);
  const all = ["Host", `${hostname}:${port}`, "Access-Control-Request-Method", "GET", ...headers];
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: `${pathname}${path}`, method: "OPTIONS", headers: all, agent: false };
    const outgoing = request(options, (answer) => resolve(answer.resume()));
    outgoing.on("error", reject).end();
  });
}
