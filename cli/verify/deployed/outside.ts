/** Methods that change nothing (RFC 9110, 9.2.1): no probe sends another one. */
export type ProbeMethod = "GET" | "OPTIONS";

export interface HttpRequest {
  readonly method: ProbeMethod;
  /** `https://host`. */
  readonly origin: string;
  /** Sent byte for byte: dots and escapes are what some probes are about. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One call, no redirect followed, no retry; rejects with `NoAnswer`. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer came, or not in time: the outcome is unknown. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** Time, so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
