import { unavailable } from "../request/outcome";
import { CLOCK_SKEW_SECONDS, nowSeconds } from "../token/clock";
import type { IdToken } from "./id-token";

/** How long API Gateway may take over a request after the answer: its integration's limit, in seconds. */
const INTEGRATION_SECONDS = 30;

/**
 * Remaining life at which a new token is fetched, in seconds. The old one is still valid, which bridges a short outage.
 */
const RENEWAL_SECONDS = 600;

/** Pause after a failed renewal while the old token is still valid, in seconds. */
const RENEWAL_PAUSE_SECONDS = 30;

/**
 * Caches one token per service, single-flight. A returned token outlives the gateway's cache time, plus the time that
 * the last such request may take, plus clock skew.
 */
export class TokenCache {
  private readonly entries = new Map<string, Entry>();
  private readonly requiredLifeSeconds: number;

  /** @param cacheSeconds longest time the gateway replays an answer */
  constructor(cacheSeconds: number) {
    this.requiredLifeSeconds = cacheSeconds + INTEGRATION_SECONDS + CLOCK_SKEW_SECONDS;
  }

  async get(service: string, mint: () => Promise<IdToken>): Promise<{ readonly token: string; readonly hit: boolean }> {
    const entry = this.entry(service);
    const held = entry.held;
    const life = lifeOf(held);
    const good = life >= this.requiredLifeSeconds;
    if (held && good && (life > RENEWAL_SECONDS || Date.now() < entry.renewAfter))
      return { token: held.token, hit: true };
    entry.pending ??= mint().finally(() => {
      entry.pending = undefined;
    });
    try {
      const fresh = await entry.pending;
      if (lifeOf(fresh) < this.requiredLifeSeconds) throw unavailable("id-token");
      entry.held = fresh;
      // A token that is born with less life than RENEWAL_SECONDS must not be minted again for every request.
      entry.renewAfter = Date.now() + RENEWAL_PAUSE_SECONDS * 1000;
      return { token: fresh.token, hit: false };
    } catch (error) {
      if (held === undefined || lifeOf(held) < this.requiredLifeSeconds) throw error;
      entry.renewAfter = Date.now() + RENEWAL_PAUSE_SECONDS * 1000;
      return { token: held.token, hit: true };
    }
  }

  private entry(service: string): Entry {
    const entry = this.entries.get(service) ?? { renewAfter: 0 };
    this.entries.set(service, entry);
    return entry;
  }
}

interface Entry {
  held?: IdToken;
  pending?: Promise<IdToken> | undefined;
  /** Earliest time of the next renewal while the cached token is valid, in milliseconds since 1970. */
  renewAfter: number;
}

function lifeOf(token: IdToken | undefined): number {
  return (token?.expiresAt ?? 0) - nowSeconds();
}
