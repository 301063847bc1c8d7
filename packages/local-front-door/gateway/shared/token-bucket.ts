/**
 * An account's default limits, if a stage declares none.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const ACCOUNT_LIMITS = { ratePerSecond: 10_000, burst: 5_000 } as const;

/** A stage's declaration for one route or method. */
export interface RateLimits {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/**
 * A bucket that starts full and gets `ratePerSecond` tokens a second, up to `burst`. A rate of zero stops everything.
 */
export class TokenBucket {
  private readonly ratePerSecond: number;
  private readonly burst: number;
  private tokens: number;
  private filledAt: number;

  /** @param now milliseconds */
  constructor(
    { ratePerSecond, burst }: RateLimits,
    private readonly now: () => number,
  ) {
    this.ratePerSecond = ratePerSecond;
    this.burst = burst;
    // According to AWS, a rate of zero stops everything: not even a burst passes.
    this.tokens = ratePerSecond > 0 ? burst : 0;
    this.filledAt = now();
  }

  take(): boolean {
    const now = this.now();
    const gained = (Math.max(0, now - this.filledAt) / 1000) * this.ratePerSecond;
    this.tokens = Math.min(this.burst, this.tokens + gained);
    this.filledAt = now;
    // Tolerates rounding errors of fractions: ten tenths must be one token.
    if (this.tokens < 1 - 1e-9) return false;
    this.tokens -= 1;
    return true;
  }
}
