import { request } from "node:http";

/** A call that fits a route key: variables get a value. */
export function callOf(routeKey: string): { readonly method: string; readonly path: string } {
  const [wanted = "", template = "/"] = routeKey.split(" ");
  const method = wanted === "ANY" ? "GET" : wanted;
  return { method, path: template.replaceAll(/\{[^{}]*\+\}/g, "a/b").replaceAll(/\{[^{}]*\}/g, "7") };
}

export interface Answer {
  readonly status: number;
  /** Name of the Cloud Run service whose echo answered; undefined where the gateway did, or without a body. */
  readonly service?: string;
}

/** One call through the door. */
export function answerTo(door: string, routeKey: string, token: string | undefined): Promise<Answer> {
  const { method, path } = callOf(routeKey);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${door}${path}`, { method, headers, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, service: serviceIn(body) }));
      answer.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function serviceIn(body: string): string | undefined {
  try {
    return JSON.parse(body).service;
  } catch {
    return undefined;
  }
}
