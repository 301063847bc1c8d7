import { StackError } from "../../terraform/document";

const DAY_MILLISECONDS = 24 * 3600 * 1000;

/**
 * The start of the period that contains a moment, as a number that is unique to the period. All in UTC; weeks begin on
 * Sunday.
 */
const PERIODS: Readonly<Record<string, (now: number) => number>> = {
  DAY: (now) => Math.floor(now / DAY_MILLISECONDS),
  // The first of January 1970 was a Thursday.
  WEEK: (now) => Math.floor((Math.floor(now / DAY_MILLISECONDS) + 4) / 7),
  MONTH: (now) => new Date(now).getUTCFullYear() * 12 + new Date(now).getUTCMonth(),
};

/** A limit of calls per day, week or month. */
export class Quota {
  private readonly periodOf: (now: number) => number;
  private period = -1;
  private used = 0;

  constructor(
    private readonly limit: number,
    period: unknown,
    address: string,
  ) {
    const known = PERIODS[String(period)];
    if (known === undefined) throw new StackError(`${address}.period`, `got ${period}, expected DAY, WEEK or MONTH`);
    this.periodOf = known;
  }

  /** @param now milliseconds since the epoch */
  take(now: number): boolean {
    const period = this.periodOf(now);
    if (period !== this.period) {
      this.period = period;
      this.used = 0;
    }
    if (this.used >= this.limit) return false;
    this.used += 1;
    return true;
  }
}
