import { jsonIn } from "../../process/json";
import { type Answer, servedBy } from "./answer";

/** Header by which an echo of the request's headers is recognized in a body. Every GET of a probe carries it. */
export const ECHO_MARK = "x-front-door-probe";

/** A request as a service saw it, from a service that echoes requests. */
export interface Echo {
  /** A header's value, several joined by commas; undefined if the header did not arrive. */
  readonly header: (name: string) => string | undefined;
  /** Path, without the query. */
  readonly path: string | undefined;
}

/**
 * The echo in a body: JSON with the headers anywhere in it, as a map or as pairs, or text with one header a line.
 * Undefined if there is none.
 */
export function echoOf(body: string): Echo | undefined {
  const json = jsonIn(body);
  return json === undefined ? echoInText(body) : echoIn(json, 3);
}

function echoIn(value: unknown, depth: number): Echo | undefined {
  if (typeof value !== "object" || value === null || depth === 0) return undefined;
  const holder = value as Readonly<Record<string, unknown>>;
  for (const inner of [value, ...Object.values(holder)]) {
    const headers = headersIn(inner);
    if (headers?.has(ECHO_MARK)) return { header: (name) => headers.get(name.toLowerCase()), path: pathIn(holder) };
  }
  for (const inner of Object.values(holder)) {
    const found = echoIn(inner, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function headersIn(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const pairs = Array.isArray(value) ? value.filter(Array.isArray) : Object.entries(value);
  const headers = new Map<string, string>();
  for (const [name, content] of pairs) {
    const key = String(name).toLowerCase();
    const text = [content].flat().map(String).join(",");
    headers.set(key, headers.has(key) ? `${headers.get(key)},${text}` : text);
  }
  return headers;
}

const PATH_KEYS = ["path", "url", "originalUrl", "uri", "target", "requestUri"];

function pathIn(holder: Readonly<Record<string, unknown>>): string | undefined {
  const found = PATH_KEYS.map((key) => holder[key]).find((value) => typeof value === "string");
  return typeof found === "string" ? pathOf(found) : undefined;
}

function echoInText(body: string): Echo | undefined {
  const lines = [...body.matchAll(/^([A-Za-z0-9-]+): ?(.*?)\r?$/gm)];
  const headers = headersIn(lines.map(([, name, value]) => [name, value]));
  if (!headers?.has(ECHO_MARK)) return undefined;
  const requestLine = /^[A-Z]+ (\/\S*) HTTP\//m.exec(body)?.[1];
  return { header: (name) => headers.get(name.toLowerCase()), path: requestLine && pathOf(requestLine) };
}

/** The path of `https://host/a?b` or of `/a?b`: `/a`. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]*/, "").split("?")[0] ?? "";
}

/** Whether a header is missing or empty. A REST API may pass on one empty value, or two. */
export function hasNothing(value: string | undefined): boolean {
  return value === undefined || /^[\s,]*$/.test(value);
}

/** The echo in an answer of the service itself. */
export function servedEcho(answer: Answer): Echo | undefined {
  return servedBy(answer) ? echoOf(answer.body) : undefined;
}

/** The remedy if no service echoes. */
export const NO_ECHO =
  "the service does not echo request headers: use --route to name a route of a service that does (docs/how-to/verify-live.md)";
