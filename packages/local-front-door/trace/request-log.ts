import type { Hop } from "./hop";

/** One request of a caller, from its arrival on; it grows while it is under way. */
export interface SeenRequest {
  readonly id: string;
  /** Which door it came to: the API, the user pool's domain, or a service's own URL, past the API. */
  readonly door: "gateway" | "cognito" | "cloud-run";
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly method: string;
  /** Without a query, where codes and tokens would be. */
  readonly path: string;
  /** Claims of the token that the caller showed, not verified yet. */
  readonly presented?: Readonly<Record<string, unknown>>;
  readonly hops: readonly Hop[];
  /** Calls between the stand-ins that this request led to, in the order of their start. */
  readonly calls: readonly Call[];
  /** Name of the caller's client, as Envoy's access log says it. */
  readonly client?: string;
  /** Once it is answered. */
  readonly answer?: RequestAnswer;
  /** Version of the log when this request last changed. */
  readonly version: number;
}

/** One stand-in's work for a request, from the call to the answer. */
export interface Call {
  /** Counts from 0 within the request. */
  readonly id: number;
  /** Who was called. */
  readonly at: Hop["at"];
  /** Id of the call in which this one was made; undefined: the door that the caller called made it. */
  readonly within?: number;
  /** Until the answer. Undefined while there is none. */
  readonly milliseconds?: number;
}

export interface RequestAnswer {
  readonly status: number;
  readonly milliseconds: number;
  /** `GET /orders/{id}`, where a route was found. */
  readonly route?: string;
  /** Name of the caller's client, as the authorizer says it. */
  readonly client?: string;
}

/** How many requests a person can look back on. */
const KEPT_REQUESTS = 200;

/** A request may ask one stand-in again and again; what it shows beyond this is left out. */
const MOST_HOPS = 100;

type Mutable = { -readonly [K in keyof SeenRequest]: SeenRequest[K] } & { hops: Hop[]; calls: Call[] };

/** The last 200 requests, each with its hops. Under load the oldest are forgotten, also those under way. */
export class RequestLog {
  private readonly byId = new Map<string, Mutable>();
  private readonly listeners = new Set<() => void>();
  private readonly endListeners = new Set<(request: SeenRequest) => void>();
  /** Requests since the start. */
  total = 0;
  /** Grows with every change. */
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

  /** @returns the call's id; undefined where the request is forgotten, or has made too many */
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

  /** The caller is known by name. */
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

  /** Those that are newer than a version, or have grown since; the oldest first. */
  changedAfter(version: number): readonly SeenRequest[] {
    return [...this.byId.values()].filter((request) => request.version > version);
  }

  find(id: string): SeenRequest | undefined {
    return this.byId.get(id);
  }

  /** Called at every change, which may be thousands of times in a second. Returns what ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Called with each request once it is answered. */
  onEnd(listener: (request: SeenRequest) => void): void {
    this.endListeners.add(listener);
  }

  private changed(request: Mutable): void {
    this.version += 1;
    request.version = this.version;
    for (const listener of this.listeners) listener();
  }
}

/** A token longer than this is no token of anybody here. */
const MOST_CHARACTERS = 16_384;

/**
 * What the bearer token of an `Authorization` value says, unverified: for people to read, never to decide by. The claims
 * alone, without the signature; undefined where it is no JWT.
 */
export function presentedClaims(authorization: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const [, payload] = /^bearer [\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization ?? "") ?? [];
  if (payload === undefined || payload.length > MOST_CHARACTERS) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
