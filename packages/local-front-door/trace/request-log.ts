import type { Hop } from "./hop";

/** One request of a caller, from its arrival. It grows while it is in progress. */
export interface SeenRequest {
  readonly id: string;
  /** The door that it arrived at: the API, the user pool's domain, or a service's own URL, past the API. */
  readonly door: "gateway" | "cognito" | "cloud-run";
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly method: string;
  /** Without the query, which may contain codes and tokens. */
  readonly path: string;
  /** Claims of the caller's token, not yet verified. */
  readonly presented?: Readonly<Record<string, unknown>>;
  readonly hops: readonly Hop[];
  /** Calls between the stand-ins that this request led to, by start time. */
  readonly calls: readonly Call[];
  /** Name of the caller's client, from Envoy's access log. */
  readonly client?: string;
  /** Set once it is answered. */
  readonly answer?: RequestAnswer;
  /** Version of the log when this request last changed. */
  readonly version: number;
}

/** One stand-in's work for a request, from the call to the answer. */
export interface Call {
  /** Counts from 0 within the request. */
  readonly id: number;
  /** The stand-in that was called. */
  readonly at: Hop["at"];
  /** Id of the call in which this one was made. Undefined: the door that the caller called made it. */
  readonly within?: number;
  /** Time until the answer. Undefined while there is none. */
  readonly milliseconds?: number;
}

export interface RequestAnswer {
  readonly status: number;
  readonly milliseconds: number;
  /** `GET /orders/{id}`, if a route was found. */
  readonly route?: string;
  /** Name of the caller's client, from the authorizer. */
  readonly client?: string;
}

/** How many past requests a person can see. */
const KEPT_REQUESTS = 200;

/** A request may call a stand-in many times. Calls beyond this limit are not shown. */
const MOST_HOPS = 100;

type Mutable = { -readonly [K in keyof SeenRequest]: SeenRequest[K] } & { hops: Hop[]; calls: Call[] };

/** The last 200 requests, each with its hops. Under load the oldest are removed, even if they are in progress. */
export class RequestLog {
  private readonly byId = new Map<string, Mutable>();
  private readonly listeners = new Set<() => void>();
  private readonly endListeners = new Set<(request: SeenRequest) => void>();
  /** Requests since the start. */
  total = 0;
  /** Increases with every change. */
  version = 0;

  begin(request: Omit<SeenRequest, "hops" | "calls" | "answer" | "client" | "version">): void {
    const oldest = this.byId.size >= KEPT_REQUESTS ? this.byId.keys().next().value : undefined;
    if (oldest !== undefined) this.byId.delete(oldest);
    const seen: Mutable = { ...request, hops: [], calls: [], version: 0 };
    this.byId.set(request.id, seen);
    this.total += 1;
    this.changed(seen);
  }

  addHop(hop: Hop): void {
    const request = hop.request === undefined ? undefined : this.byId.get(hop.request);
    if (request === undefined || request.hops.length >= MOST_HOPS) return;
    request.hops.push(hop);
    this.changed(request);
  }

  /** @returns the call's id; undefined if the request was removed, or has made too many calls */
  beginCall(requestId: string, at: Hop["at"], within?: number): number | undefined {
    const request = this.byId.get(requestId);
    if (request === undefined || request.calls.length >= MOST_HOPS) return undefined;
    const id = request.calls.length;
    request.calls.push({ id, at, ...(within !== undefined && { within }) });
    return id;
  }

  endCall(requestId: string, id: number, milliseconds: number): void {
    const request = this.byId.get(requestId);
    const call = request?.calls[id];
    if (request === undefined || call === undefined) return;
    request.calls[id] = { ...call, milliseconds };
    this.changed(request);
  }

  /** The caller's name is now known. */
  identify(id: string, client: string): void {
    const request = this.byId.get(id);
    if (request === undefined) return;
    request.client = client;
    this.changed(request);
  }

  end(id: string, answer: RequestAnswer): void {
    const request = this.byId.get(id);
    if (request === undefined) return;
    request.answer = answer;
    this.changed(request);
    for (const listener of this.endListeners) listener(request);
  }

  /** Returns requests that have begun or changed after a version; the oldest first. */
  changedAfter(version: number): readonly SeenRequest[] {
    return [...this.byId.values()].filter((request) => request.version > version);
  }

  find(id: string): SeenRequest | undefined {
    return this.byId.get(id);
  }

  /**
   * Registers a function that is called at every change, possibly thousands of times per second. Returns a function
   * that removes it.
   */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Registers a function that is called with each answered request. */
  onEnd(listener: (request: SeenRequest) => void): void {
    this.endListeners.add(listener);
  }

  private changed(request: Mutable): void {
    this.version += 1;
    request.version = this.version;
    for (const listener of this.listeners) listener();
  }
}

/** Longer tokens are not decoded: no caller here has one. */
const MOST_CHARACTERS = 16_384;

/** Caches claims by the token without its signature, because a program sends the same token many times. */
const readClaims = new Map<string, Readonly<Record<string, unknown>>>();

/**
 * Returns the unverified claims of the bearer token in an `Authorization` value: for people to read, never for
 * decisions. Undefined if it is not a JWT.
 */
export function presentedClaims(authorization: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const [, payload] = /^bearer [\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization ?? "") ?? [];
  if (payload === undefined || payload.length > MOST_CHARACTERS) return undefined;
  const known = readClaims.get(payload);
  if (known !== undefined) return known;
  const claims = claimsIn(payload);
  if (claims === undefined) return undefined;
  const oldest = readClaims.size >= KEPT_REQUESTS ? readClaims.keys().next().value : undefined;
  if (oldest !== undefined) readClaims.delete(oldest);
  readClaims.set(payload, claims);
  return claims;
}

function claimsIn(payload: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
