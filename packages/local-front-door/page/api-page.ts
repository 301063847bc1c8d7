import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { headerValues, json, type LocalAnswer, type LocalRequest } from "../net/local-http";

/** The OpenAPI document of a front door, for programs and for the page. */
export interface ApiDocuments {
  /** With the door's URL. */
  readonly document: unknown;
  /** The same for the page: it calls through `DOOR`. */
  readonly tryOut: unknown;
}

export interface PageCallers {
  /** Callers as which the page can call, by one click each. */
  readonly callers: readonly { readonly name: string; readonly token: () => Promise<string> }[];
  /**
   * The secret of this right, which only the person has who opened the door: it is in the fragment of the printed address.
   * Default: the page calls as no declared caller.
   */
  readonly key?: string;
}

export interface ApiPageProps extends ApiDocuments, PageCallers {
  /** The environment. */
  readonly title: string;
  readonly gatewayUrl: string;
  /** Folder of the package `swagger-ui-dist`. Default: it is not installed, and the page says how to. */
  readonly renderer?: string;
  /** Folder with the page's own files. */
  readonly assets: string;
}

/** Longest body of a call that the page tries: API Gateway accepts no longer one. */
export const CALL_BYTES = 10_000_000;

/** Path of this server below which the gateway answers the page. */
export const DOOR = "/door";

const JAVASCRIPT = "text/javascript; charset=utf-8";
const OWN: Readonly<Record<string, string>> = { "api.css": "text/css; charset=utf-8", "api.js": JAVASCRIPT };
const OF_THE_RENDERER: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": JAVASCRIPT,
};

/** The part of the page's server that shows the routes of the door and calls them. */
export class ApiPage {
  constructor(private readonly props: ApiPageProps) {}

  /** Returns undefined if the request is not for this part. */
  answer(request: LocalRequest): Promise<LocalAnswer> | LocalAnswer | undefined {
    const { title, document, tryOut, callers, gatewayUrl, renderer, assets } = this.props;
    const path = request.target.replace(/[?#].*$/, "");
    if (path.startsWith(`${DOOR}/`)) return relay(gatewayUrl, request, request.target.slice(DOOR.length));
    if (path === "/token" && request.method === "POST") return this.token(request);
    if (request.method !== "GET") return undefined;
    const name = path.slice(1);
    if (name === "openapi.json") return json(200, document);
    if (name === "api.json") {
      return json(200, { title, callers: callers.map((each) => each.name), document: tryOut });
    }
    if (name === "api") {
      return file(assets, renderer === undefined ? "api-missing.html" : "api.html", "text/html; charset=utf-8");
    }
    if (Object.hasOwn(OWN, name)) return file(assets, name, OWN[name]);
    if (renderer !== undefined && Object.hasOwn(OF_THE_RENDERER, name))
      return file(renderer, name, OF_THE_RENDERER[name]);
    return undefined;
  }

  /** A token of the caller in the body. As with `npm run token`, only who knows the secret of the door gets one. */
  private async token(request: LocalRequest): Promise<LocalAnswer> {
    const { key, callers } = this.props;
    const [given = ""] = headerValues(request, "authorization");
    if (key === undefined || !isOwnScript(request) || !same(given, `Bearer ${key}`))
      return json(403, { message: "open the address that the front door printed: it has the key" });
    const caller = callers.find(({ name }) => name === request.body);
    if (caller === undefined) return json(404, { message: "the stack declares no such caller" });
    return { status: 200, headers: { "content-type": "text/plain" }, body: await caller.token() };
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function file(folder: string, name: string, type = ""): LocalAnswer {
  return { status: 200, headers: { "content-type": type }, body: readFileSync(join(folder, name), "utf8") };
}

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
