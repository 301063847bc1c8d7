import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { SAMPLE_TEXT } from "../../contract/route-access";
import type { LocalInternet } from "../../packages/local-front-door/net/tls";
import { jsonIn } from "../process/json";

/** A matrix makes hundreds of calls: a connection for each would take a quarter of its time. */
const KEPT = new Agent({ keepAlive: true });
const KEPT_SECURE = new SecureAgent({ keepAlive: true });

/** A call that matches a route key, with a text for each variable. */
export function callOf(routeKey: string): { readonly method: string; readonly path: string } {
  const [wanted = "", template = "/"] = routeKey.split(" ");
  const method = wanted === "ANY" ? "GET" : wanted;
  return { method, path: template.replaceAll(/\{[^{}]*\+\}/g, "a/b").replaceAll(/\{[^{}]*\}/g, SAMPLE_TEXT) };
}

/** The claims of a caller's token; none without a token, or if it is no JWT. */
export function claimsIn(token: string | undefined): Readonly<Record<string, unknown>> {
  const [, payload] = token?.split(".") ?? [];
  return (payload && jsonIn(Buffer.from(payload, "base64url").toString("utf8"))) || {};
}

export interface Answer {
  readonly status: number;
  /** Name of the Cloud Run service whose echo answered; undefined if the gateway answered, or the body is empty. */
  readonly service?: string;
}

/** One call through the door. */
export async function answerTo(door: string, routeKey: string, token: string | undefined): Promise<Answer> {
  const { method, path } = callOf(routeKey);
  const { status, service } = await headersFrom(door, { method, path, headers: headersOf(token) });
  return { status, service };
}

/** One request to the door, with these headers, and the headers of its answer. */
export function headersFrom(
  door: string,
  { path, ...asked }: { readonly method: string; readonly path: string; readonly headers: Record<string, string> },
): Promise<Answer & { readonly headers: IncomingHttpHeaders }> {
  return answered(request(`${door}${path}`, { ...asked, agent: KEPT }));
}

/** One call that bypasses the door, at a service's own URL. */
export async function answerPast(
  tls: Pick<LocalInternet, "port" | "authority">,
  url: string,
  routeKey: string,
  token: string | undefined,
): Promise<Answer> {
  const { method, path } = callOf(routeKey);
  const { host } = new URL(url);
  const headers = { host, ...headersOf(token) };
  const { port, authority: ca } = tls;
  const to = { host: "127.0.0.1", port, servername: host, ca, agent: KEPT_SECURE } as const;
  const { status, service } = await answered(secureRequest({ ...to, method, path, headers }));
  return { status, service };
}

export function headersOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function answered(outgoing: ClientRequest): Promise<Answer & { readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    outgoing.on("response", (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, service: jsonIn(body)?.service, headers: answer.headers }),
      );
      answer.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
