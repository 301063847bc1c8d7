import { METHODS, validateHeaderName, validateHeaderValue } from "node:http";
import type { LocalAnswer, LocalHost } from "../../net/local-http";
import type { TracePlace } from "../../trace/trace";

/** A gateway's call of a service. */
export interface HostCall {
  readonly url: URL;
  readonly method: string;
  /** Path and query as sent over the wire. */
  readonly target: string;
  /** Headers in addition to the host and the length. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** As in `LocalRequest`. */
  readonly place?: TracePlace;
}

/** What a gateway receives; header names in lower case. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly bytes: Uint8Array;
  /** Used instead of the bytes if the service does not state their number. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Ends the call: the service need not continue. */
  readonly giveUp: () => void;
}

export class HostTimeout extends Error {}

/** Statuses whose answers have no body. https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1 */
const WITHOUT_BODY = [204, 304];

/**
 * Calls a host of the stack within this process, as over HTTP. Rejects a call that HTTP could not carry.
 *
 * @param milliseconds until the answer is read; a later one rejects with `HostTimeout`
 */
export function callHost<T>(
  ask: LocalHost,
  { url, method, target, headers, body, place }: HostCall,
  milliseconds: number,
  read: (received: Received) => T | Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    requireCarried(method, target, headers);
    let givenUp = false;
    let end = () => {};
    const giveUp = () => {
      givenUp = true;
      end();
    };
    const timer = setTimeout(() => {
      giveUp();
      reject(new HostTimeout(`no answer within ${milliseconds} ms`));
    }, milliseconds);
    const length = body.length > 0 ? ([["Content-Length", `${body.length}`]] as const) : [];
    const asked = ask({
      method,
      host: url.host,
      target,
      headers: [...headers, ["Host", url.host], ...length],
      body: Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8"),
      bytes: body,
      ...(place && { place }),
      onGivenUp: (ends) => {
        end = ends;
        if (givenUp) end();
      },
    });
    asked
      .then((answer) => read({ ...received(answer, method), giveUp }))
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Reads the whole answer. Returns undefined if it is longer. */
export function wholeAnswer(
  { bytes, stream }: Received,
  mostBytes: number,
): Buffer | undefined | Promise<Buffer | undefined> {
  if (stream !== undefined) return wholeOfStream(stream, mostBytes);
  return bytes.length > mostBytes ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function wholeOfStream(stream: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Escapes only characters that HTTP cannot carry. `?`, `#` and `%` of a decoded path stay unchanged, which is the worst
 * case.
 */
export function escapedForHttp(path: string): string {
  return path.replace(/[^\x21-\x7e]+/gu, (found) => encodeURIComponent(found));
}

function requireCarried(method: string, target: string, headers: HostCall["headers"]): void {
  if (!METHODS.includes(method)) throw new Error(`HTTP has no method ${method}`);
  if (!/^[\x21-\xff]+$/.test(target)) throw new Error("the path has characters that HTTP does not carry");
  for (const [name, value] of headers) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
}

function received({ status, headers = {}, body, bytes, stream }: LocalAnswer, method: string) {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (method === "HEAD" || WITHOUT_BODY.includes(status)) return { status, headers: named, bytes: new Uint8Array() };
  return { status, headers: named, bytes: bytes ?? Buffer.from(body), ...(stream && { stream }) };
}
