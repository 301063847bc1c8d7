import { unavailable } from "../request/outcome";
import { CLOCK_SKEW_SECONDS, nowSeconds } from "../token/clock";
import { BUDGET_MILLISECONDS } from "./budget";
import type { IdToken } from "./id-token";

/** How long API Gateway may take over a request after the answer: its integration's limit, in seconds. */
const INTEGRATION_SECONDS = 30;

/**
 * Remaining life at which a new token is fetched, in seconds. The old one is still valid, which bridges a short outage.
 */
const RENEWAL_SECONDS = 600;

/**
 * Pause after a failed renewal while the old token is still valid, in seconds. A renewal that hangs is abandoned after
 * this time.
 */
const RENEWAL_PAUSE_SECONDS = 30;

/**
 * How long requests get the last mint's failure instead of a new mint, in milliseconds, chosen at random between this
 * and twice as long. Otherwise every request during an outage would make up to six calls, on quotas that all instances
 * share.
 */
const FAILURE_MILLISECONDS = 1000;

/**
 * Caches one token per service, single-flight. A returned token outlives the gateway's cache time, plus the time that
 * the last such request may take, plus clock skew.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #requiredLifeSeconds: number;

  /** @param cacheSeconds longest time the gateway replays an answer */
  constructor(cacheSeconds: number) {
    this.#requiredLifeSeconds = cacheSeconds + INTEGRATION_SECONDS + CLOCK_SKEW_SECONDS;
  }

  /**
   * Returns the cached token if it lives long enough. If it is due for renewal, the renewal starts and no caller waits
   * for it: Lambda freezes it with the process, and later requests continue it. Without such a token, the request waits
   * for a new one.
   */
  get(service: string, mint: () => Promise<IdToken>): FoundToken | Promise<FoundToken> {
    const entry = this.#entry(service);
    const { held } = entry;
    const life = lifeOf(held);
    if (held && life >= this.#requiredLifeSeconds) {
      if (life <= RENEWAL_SECONDS && Date.now() >= entry.renewAfter) this.#renew(entry, mint);
      return { token: held.token, hit: true };
    }
    // A renewal that started before a freeze may hang, because its connections can be dead.
    const pending = this.#pending(entry, mint, BUDGET_MILLISECONDS);
    return pending.token.then(({ token }) => ({ token, hit: false }));
  }

  #renew(entry: Entry, mint: () => Promise<IdToken>): void {
    const { token } = this.#pending(entry, mint, RENEWAL_PAUSE_SECONDS * 1000);
    // The first request that gets no token reports the failure. Until then the old token is used.
    token.catch(() => {
      entry.renewAfter = Date.now() + RENEWAL_PAUSE_SECONDS * 1000;
    });
  }

  /** Returns the pending mint if it is no older than this, or the one that has just failed. Otherwise starts a new one. */
  #pending(entry: Entry, mint: () => Promise<IdToken>, milliseconds: number): Pending {
    const { pending } = entry;
    if (pending && Date.now() <= (pending.failedUntil ?? pending.startedAt + milliseconds)) return pending;
    const started: Pending = { startedAt: Date.now(), token: mint().then((fresh) => this.#hold(entry, fresh)) };
    entry.pending = started;
    started.token.then(
      () => {
        if (entry.pending === started) entry.pending = undefined;
      },
      () => {
        started.failedUntil = Date.now() + FAILURE_MILLISECONDS * (1 + Math.random());
      },
    );
    return started;
  }

  #hold(entry: Entry, fresh: IdToken): IdToken {
    if (lifeOf(fresh) < this.#requiredLifeSeconds) throw unavailable("id-token");
    entry.held = fresh;
    // A token issued with less life than RENEWAL_SECONDS must not cause a new mint for every request.
    entry.renewAfter = Date.now() + RENEWAL_PAUSE_SECONDS * 1000;
    return fresh;
  }

  #entry(service: string): Entry {
    const entry = this.#entries.get(service) ?? { renewAfter: 0 };
    this.#entries.set(service, entry);
    return entry;
  }
}

export interface FoundToken {
  readonly token: string;
  /** Whether the token came from the cache, without waiting for a mint. */
  readonly hit: boolean;
}

interface Entry {
  held?: IdToken;
  pending?: Pending | undefined;
  /** Earliest time of the next renewal while the cached token is valid, in milliseconds since 1970. */
  renewAfter: number;
}

interface Pending {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly token: Promise<IdToken>;
  /** Set once it has failed: the end of the time in which requests get this failure, in milliseconds since 1970. */
  failedUntil?: number;
}

function lifeOf(token: IdToken | undefined): number {
  return (token?.expiresAt ?? 0) - nowSeconds();
}
