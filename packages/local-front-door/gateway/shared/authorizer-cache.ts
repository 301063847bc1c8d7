import { type Resource, StackError } from "../../terraform/document";
import type { Stack } from "../../terraform/stack";

/** A stack on a laptop has few callers, but a test that makes many tokens must not fill the memory. */
const MOST_ANSWERS = 10_000;

interface CachedAnswer<Answer> {
  readonly answer: Answer;
  readonly untilMilliseconds: number;
}

/**
 * Cached results of authorizers, under the values of their identity sources.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.caching
 */
export class AuthorizerCache<Answer> {
  private readonly kept = new Map<string, CachedAnswer<Answer>>();

  /** @param now milliseconds */
  constructor(private readonly now: () => number) {}

  find(authorizer: string, identity: readonly string[]): Answer | undefined {
    const found = this.kept.get(keyOf(authorizer, identity));
    return found !== undefined && this.now() < found.untilMilliseconds ? found.answer : undefined;
  }

  keep(authorizer: string, identity: readonly string[], answer: Answer, seconds: number): void {
    if (seconds === 0) return;
    const key = keyOf(authorizer, identity);
    this.kept.delete(key);
    this.forgetExpired();
    if (this.kept.size >= MOST_ANSWERS) this.makeRoom();
    this.kept.set(key, { answer, untilMilliseconds: this.now() + seconds * 1000 });
  }

  /** Number of cached results. */
  get size(): number {
    return this.kept.size;
  }

  /** AWS's `ResetAuthorizersCache`. */
  reset(): void {
    this.kept.clear();
  }

  /** Removes expired results, the oldest first. Results mostly expire in the order in which they arrived. */
  private forgetExpired(): void {
    for (const [key, { untilMilliseconds }] of this.kept) {
      if (this.now() < untilMilliseconds) return;
      this.kept.delete(key);
    }
  }

  /** Removes expired results, or the oldest one if none has expired. */
  private makeRoom(): void {
    for (const [key, { untilMilliseconds }] of this.kept) if (untilMilliseconds <= this.now()) this.kept.delete(key);
    const [oldest] = this.kept.keys();
    if (oldest !== undefined && this.kept.size >= MOST_ANSWERS) this.kept.delete(oldest);
  }
}

/**
 * Returns the cache key. Several values are written as JSON, which separates them unambiguously. A single value follows
 * the address, which has no space and does not begin like a JSON list, so the two forms never clash.
 */
function keyOf(authorizer: string, identity: readonly string[]): string {
  const [only, second] = identity;
  return second === undefined && only !== undefined
    ? `${authorizer} ${only}`
    : JSON.stringify([authorizer, ...identity]);
}

/**
 * How long an authorizer's results are cached, in seconds.
 *
 * @param absent what the provider sets if it is not declared
 */
export function secondsKept(
  stack: Stack,
  authorizer: Resource,
  identitySources: readonly string[],
  absent: number,
): number {
  const seconds = stack.value(authorizer, "authorizer_result_ttl_in_seconds") ?? absent;
  const address = `${authorizer.address}.authorizer_result_ttl_in_seconds`;
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= 3600)) {
    throw new StackError(address, `got ${seconds}, expected 0 to 3600`);
  }
  if (seconds > 0 && identitySources.length === 0)
    throw new StackError(address, "results cannot be cached without an identity source");
  return seconds;
}
