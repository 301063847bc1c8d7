import { type HttpsCall, HttpsFailure, type HttpsRequest, type HttpsResponse } from "../request/https-call";
import { type Reason, unavailable } from "../request/outcome";

/** For all three calls of one mint and their retries, in milliseconds. API Gateway waits 10 s for the whole answer. */
export const BUDGET_MILLISECONDS = 6000;

/** For one attempt of one call. */
export const CALL_MILLISECONDS = 1500;

/**
 * Longest answer of AWS STS (3 kB with a long session token), Google STS (2 kB) or IAM Credentials (1 kB), in bytes.
 */
export const REPLY_BYTES = 32_000;

/**
 * Pause before the one retry, in milliseconds, chosen at random: instances that failed together retry at different
 * times.
 */
const PAUSE_MILLISECONDS = { least: 50, most: 250 };

/** The same after throttling. A quota is for the whole project or account: a quick retry would use up more of it. */
const THROTTLED_MILLISECONDS = { least: 250, most: 1000 };

export type MintStep = Extract<Reason, "assume-role" | "token-exchange" | "id-token">;

/**
 * Makes the calls of one mint, each with one retry, all within one budget. Only calls and pauses count against it, and
 * a call by its own timeout at most: Lambda may freeze a renewal midway, and the next request continues it.
 */
export class MintBudget {
  #left = BUDGET_MILLISECONDS;

  readonly #call: HttpsCall;

  constructor(call: HttpsCall) {
    this.#call = call;
  }

  /** Returns the body of a 200 response. Throws `unavailable` with this step for any other result. */
  async fetch(step: MintStep, request: HttpsRequest): Promise<string> {
    let response = await this.#attempt(step, request);
    const wait = pauseAfter(response);
    if (wait) {
      this.#left -= await pause(wait);
      response = await this.#attempt(step, request);
    }
    if (response instanceof HttpsFailure) throw unavailable(step);
    if (response.status !== 200) throw unavailable(step, response.status);
    return response.body;
  }

  async #attempt(step: MintStep, request: HttpsRequest): Promise<HttpsResponse | HttpsFailure> {
    if (this.#left <= 0) throw unavailable(step);
    const timeoutMilliseconds = Math.min(CALL_MILLISECONDS, this.#left);
    const startedAt = Date.now();
    try {
      return await this.#call(request, { timeoutMilliseconds, maximumBytes: REPLY_BYTES });
    } catch (error) {
      if (error instanceof HttpsFailure) return error;
      throw error;
    } finally {
      this.#left -= Math.min(Date.now() - startedAt, timeoutMilliseconds);
    }
  }
}

/** Error codes with which AWS STS throttles, with status 400. */
const THROTTLING = /<Code>(?:Throttling|RequestLimitExceeded)/;

/**
 * The pause after which a retry may succeed: after throttling, a 5xx or a network failure. Undefined after success and
 * after a refusal (any other 4xx).
 */
function pauseAfter(response: HttpsResponse | HttpsFailure): typeof PAUSE_MILLISECONDS | undefined {
  if (response instanceof HttpsFailure) return response.transient ? PAUSE_MILLISECONDS : undefined;
  const { status, body } = response;
  if (status === 429 || (status === 400 && THROTTLING.test(body))) return THROTTLED_MILLISECONDS;
  return status >= 500 ? PAUSE_MILLISECONDS : undefined;
}

/** Resolves with its own length, in milliseconds. */
function pause({ least, most }: typeof PAUSE_MILLISECONDS): Promise<number> {
  const milliseconds = least + Math.random() * (most - least);
  return new Promise((resolve) => setTimeout(() => resolve(milliseconds), milliseconds));
}
