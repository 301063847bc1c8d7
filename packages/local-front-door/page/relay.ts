import { request } from "node:http";
import { headerValues, json, type LocalAnswer, type LocalRequest } from "../net/local-http";

/**
 * Headers of one connection, and those with which a browser names the calling page. Without them, the gateway sees a
 * program's call.
 */
const NOT_RELAYED = /^(connection|content-length|cookie|host|keep-alive|origin|referer|sec-.*|te|transfer-encoding)$/i;
const NOT_ANSWERED = ["connection", "keep-alive", "transfer-encoding"];

/**
 * Sends a call of the page to the gateway. So the page needs no CORS: the gateway stays as declared, and the page can
 * also read its refusals. Only a script of the page may use it, so that a service's answer is never opened as a page of
 * this origin.
 *
 * @param target path and query below the gateway's URL
 */
export function relay(gatewayUrl: string, incoming: LocalRequest, target: string): Promise<LocalAnswer> {
  if (!isOwnScript(incoming))
    return Promise.resolve(json(403, { message: "only this front door's own page may call this address" }));
  const { host, hostname, port, pathname } = new URL(gatewayUrl);
  // Node sends a list of headers unchanged, with names that occur twice.
  const headers = ["host", host, ...incoming.headers.filter(([name]) => !NOT_RELAYED.test(name)).flat()];
  const bytes = incoming.bytes ?? Buffer.from(incoming.body);
  if (bytes.length > 0) headers.push("content-length", String(bytes.length));
  const path = `${pathname.replace(/\/$/, "")}${target}`;
  return new Promise((resolve) => {
    const outgoing = request({ hostname, port, method: incoming.method, path, headers }, (response) => {
      const kept = Object.entries(response.headers).flatMap(([name, value]) =>
        value === undefined || NOT_ANSWERED.includes(name) ? [] : [[name, value] as const],
      );
      resolve({
        status: response.statusCode ?? 502,
        headers: Object.fromEntries(kept),
        body: "",
        stream: response,
      });
    });
    outgoing.on("error", ({ message }) => resolve(json(503, { message: `the gateway does not answer: ${message}` })));
    outgoing.end(bytes);
  });
}

/** Browsers set these headers, and no script can change them. */
function isOwnScript(incoming: LocalRequest): boolean {
  const only = (name: string, value: string) => headerValues(incoming, name).join() === value;
  return only("sec-fetch-site", "same-origin") && only("sec-fetch-dest", "empty");
}
