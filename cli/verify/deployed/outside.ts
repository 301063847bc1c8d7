/** Methods that change nothing (RFC 9110, 9.2.1). Probes send no others. */
export type ProbeMethod = "GET" | "OPTIONS";

export interface HttpRequest {
  readonly method: ProbeMethod;
  /** `https://host`. */
  readonly origin: string;
  /** Sent byte for byte, because some probes test dots and escapes. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes one call, without redirects or retries. Rejects with `NoAnswer`. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer arrived, or not in time. The outcome is unknown. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** The clock, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
