import { Agent, request } from "node:https";
import { isIP } from "node:net";

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

/**
 * One instance mints for several services, with the same three hosts. It uses `node:https`, because loading `fetch`
 * costs a cold start more than the rest of this function.
 */
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export const httpsCall: HttpsCall = async (call, limits) => {
  const url = publicAddress(call.url);
  const deadline = Date.now() + limits.timeoutMilliseconds;
  try {
    return await send(url, call, limits, limits.timeoutMilliseconds);
  } catch (error) {
    // Lambda freezes between requests, and a server closes what is idle: the first write on such a socket fails. That
    // says nothing about the server, so it is not the caller's one retry.
    if (!(error instanceof StaleSocket)) throw error;
    return await send(url, call, limits, Math.max(1, deadline - Date.now()));
  }
};

class StaleSocket extends HttpsFailure {
  constructor() {
    super("network");
  }
}

/**
 * Only https on port 443 of a named host: an address that comes out of a discovery document can reach neither an
 * instance's metadata service nor a port of choice. `URL` brings every spelling of an IPv4 address into dotted form, and
 * an IPv6 address has no dot.
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
      agent,
      // Said here, so that no environment variable can switch it off.
      rejectUnauthorized: true,
      headers: { ...call.headers, ...(call.body !== undefined && { "content-length": Buffer.byteLength(call.body) }) },
    });
    const fail = (failure: HttpsFailure) => {
      clearTimeout(timer);
      reject(failure);
      outgoing.destroy();
    };
    const timer = setTimeout(() => fail(new HttpsFailure("timeout")), milliseconds);
    let answered = false;
    outgoing.on("error", () =>
      fail(outgoing.reusedSocket && !answered ? new StaleSocket() : new HttpsFailure("network")),
    );
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
