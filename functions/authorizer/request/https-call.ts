import { Agent, type RequestOptions, request } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";

export interface HttpsRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpsLimits {
  /** For the whole call, in milliseconds: name lookup, connection, answer. */
  readonly timeoutMilliseconds: number;
  /** Longest answer, in bytes; a longer one is cut off and counts as a failure. */
  readonly maximumBytes: number;
}

export interface HttpsResponse {
  readonly status: number;
  readonly body: string;
}

/** One call, no redirects followed, no retries; rejects with `HttpsFailure`. */
export type HttpsCall = (request: HttpsRequest, limits: HttpsLimits) => Promise<HttpsResponse>;

/** `transient` failures (network, time) may be tried again; the others would fail again. Carries no URL and no body. */
export class HttpsFailure extends Error {
  constructor(readonly kind: "address" | "network" | "timeout" | "size") {
    super(`https call failed: ${kind}`);
  }

  get transient(): boolean {
    return this.kind === "network" || this.kind === "timeout";
  }
}

/** A timer that runs this much later than set shows that Lambda froze the process meanwhile, in milliseconds. */
const LATE_MILLISECONDS = 200;

/**
 * How long a connection opened in advance counts as fresh, in milliseconds. Servers do not close idle connections that
 * soon.
 */
const FRESH_MILLISECONDS = 1000;

/**
 * Keeps connections between calls, and opens some in advance. One instance mints for several services, with the same
 * three hosts. It uses `node:https`, because loading `fetch` costs a cold start more than the rest of this function.
 */
export class Connections extends Agent {
  /** Connections without a call yet, by host. */
  readonly #ahead = new Map<string, TLSSocket>();
  /** When each was opened, by the monotonic clock: neither tests nor time servers change it. */
  readonly #openedAt = new WeakMap<Duplex, number>();

  constructor() {
    super({ keepAlive: true, maxSockets: 16 });
  }

  /**
   * Whether this connection may have gone stale before its call: it was kept from an earlier call, or opened long
   * before.
   */
  mayBeStale(socket: Duplex | null, reused: boolean): boolean {
    const openedAt = socket ? this.#openedAt.get(socket) : undefined;
    return reused || (openedAt !== undefined && performance.now() - openedAt > FRESH_MILLISECONDS);
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = this.#ahead.get(String(options.host));
    if (socket === undefined) return super.createConnection(options, callback);
    this.#ahead.delete(String(options.host));
    return socket;
  }

  /** Opens a connection to port 443 for the next call to this host. Resolves when it is open or has failed. */
  open(host: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const options = { host, servername: host, port: 443, rejectUnauthorized: true, keepAlive: true };
      const socket = super.createConnection(options) as TLSSocket;
      const timer = setTimeout(() => socket.destroy(), milliseconds);
      const close = () => {
        clearTimeout(timer);
        if (this.#ahead.get(host) === socket) this.#ahead.delete(host);
        resolve();
      };
      socket.setNoDelay(true);
      // A failed connection is dropped: the call that needs one opens its own.
      socket.on("error", () => {});
      for (const end of ["end", "close"]) socket.once(end, close);
      socket.once("secureConnect", () => {
        clearTimeout(timer);
        this.#ahead.set(host, socket);
        this.#openedAt.set(socket, performance.now());
        resolve();
      });
    });
  }
}

const connections = new Connections();

/**
 * Opens a connection to the host of each URL, for the first call to it: TCP and TLS, but no request. Resolves when all
 * are open or have failed, in this time at the latest, and never rejects. URLs that no call may reach are left out.
 */
export async function openConnections(urls: readonly string[], milliseconds: number): Promise<void> {
  const hosts = new Set<string>();
  for (const url of urls) {
    try {
      hosts.add(publicAddress(url).host);
    } catch {
      // The call that needs the connection reports the failure.
    }
  }
  await Promise.all([...hosts].map((host) => connections.open(host, milliseconds)));
}

export const httpsCall: HttpsCall = async (call, limits) => {
  const url = publicAddress(call.url);
  const deadline = Date.now() + limits.timeoutMilliseconds;
  try {
    return await send(url, call, limits, limits.timeoutMilliseconds);
  } catch (error) {
    // Lambda freezes between requests, and servers close idle connections: the first write on such a socket fails. This
    // says nothing about the server, so it does not use up the caller's one retry.
    if (!(error instanceof BrokenByPause)) throw error;
    const left = error.frozen ? limits.timeoutMilliseconds : Math.max(1, deadline - Date.now());
    return await send(url, call, limits, left);
  }
};

/** The connection broke while it was idle, or while Lambda had frozen the process in the middle of a call. */
class BrokenByPause extends HttpsFailure {
  constructor(readonly frozen: boolean) {
    super("network");
  }
}

/**
 * Only https on port 443 of a named host: a URL from a discovery document can reach neither an instance's metadata
 * service nor another port. `URL` converts every spelling of an IPv4 address to dotted form, and an IPv6 address has no
 * dot.
 */
function publicAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed =
    url?.protocol === "https:" &&
    url.port === "" &&
    url.username === "" &&
    url.password === "" &&
    url.hostname.includes(".") &&
    isIP(url.hostname) === 0;
  if (url === undefined || !allowed) throw new HttpsFailure("address");
  return url;
}

function send(url: URL, call: HttpsRequest, limits: HttpsLimits, milliseconds: number): Promise<HttpsResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: call.method,
      agent: connections,
      // Set here, so that no environment variable can disable it.
      rejectUnauthorized: true,
      headers: { ...call.headers, ...(call.body !== undefined && { "content-length": Buffer.byteLength(call.body) }) },
    });
    const fail = (failure: HttpsFailure) => {
      clearTimeout(timer);
      reject(failure);
      outgoing.destroy();
    };
    let due = Date.now() + milliseconds;
    let frozen = false;
    const isLate = () => Date.now() > due + LATE_MILLISECONDS;
    const expire = () => {
      if (!isLate()) return fail(new HttpsFailure("timeout"));
      // Data that arrived while the process was frozen is read only after the timers run, so the call's timeout starts
      // again.
      frozen = true;
      due = Date.now() + milliseconds;
      timer = setTimeout(expire, milliseconds);
    };
    let timer = setTimeout(expire, milliseconds);
    let answered = false;
    outgoing.on("error", () => {
      frozen ||= isLate();
      const paused = frozen || connections.mayBeStale(outgoing.socket, outgoing.reusedSocket);
      fail(paused && !answered ? new BrokenByPause(frozen) : new HttpsFailure("network"));
    });
    outgoing.on("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > limits.maximumBytes) fail(new HttpsFailure("size"));
        else chunks.push(chunk);
      });
      response.on("error", () => fail(new HttpsFailure("network")));
      response.on("end", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
      });
    });
    outgoing.end(call.body);
  });
}
