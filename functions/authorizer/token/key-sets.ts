import type { HttpsCall } from "../request/https-call";
import { unavailable } from "../request/outcome";
import { nowSeconds } from "./clock";
import { SigningKey } from "./signing-key";
import type { Algorithm } from "./unverified-token";

/**
 * Age at which a key set is fetched again, in seconds. A withdrawn key is refused after this time, if its issuer
 * answers.
 */
export const REFRESH_SECONDS = 300;

/** Age at which a key set expires, in seconds: how long a withdrawn key can work while its issuer does not answer. */
export const DISCARD_SECONDS = 3600;

/**
 * Shortest time between two fetches from one issuer while its keys are usable, in seconds. It limits fetches for
 * unknown `kid`s.
 */
export const REFETCH_SECONDS = 30;

/**
 * The same while there are no keys, in seconds: soon enough to recover, and invalid tokens still cannot cause many
 * calls.
 */
const FIRST_FETCH_SECONDS = 2;

/** For discovery document and key set each. Google's largest has 3 kB, big tenants' have 20. */
export const DOCUMENT_LIMITS = { timeoutMilliseconds: 1500, maximumBytes: 150_000 };

/** The properties of an issuer that a key set needs. */
export interface KeySource {
  readonly url: string;
  readonly kind: "cognito" | "subjects" | "token";
}

/** The keys of one issuer, in memory. Fetches are single-flight. */
export class KeySet {
  #keys: ReadonlyMap<string, SigningKey> = new Map();
  /** Both in seconds since 1970, 0 before the first. */
  #fetchedAt = 0;
  #attemptedAt = 0;
  #pending: Promise<void> | undefined;

  readonly #issuer: KeySource;
  readonly #call: HttpsCall;

  constructor(issuer: KeySource, call: HttpsCall) {
    this.#issuer = issuer;
    this.#call = call;
  }

  /** The key, if a key set that needs no refresh has it. No call then waits. */
  held(kid: string, alg: Algorithm): SigningKey | undefined {
    return secondsSince(this.#fetchedAt) > REFRESH_SECONDS ? undefined : this.#keys.get(keyName(kid, alg));
  }

  /** The key, or undefined if the issuer has no such key; throws `unavailable` while that is unknown. */
  async find(kid: string, alg: Algorithm): Promise<SigningKey | undefined> {
    const name = keyName(kid, alg);
    // Refreshed before the response, not in the background: Lambda freezes the process after a response.
    if (secondsSince(this.#fetchedAt) > REFRESH_SECONDS) await this.#refresh();
    if (this.#usable && !this.#keys.has(name)) await this.#refresh();
    const key = this.#keys.get(name);
    // If the last attempt failed, the issuer may have that key by now, and a "no" would be cached.
    const known = this.#usable && (key !== undefined || this.#fetchedAt >= this.#attemptedAt);
    if (!known) throw unavailable("keys-unavailable");
    return key;
  }

  /** Fetches the keys before any token needs them. A failure here does not delay the fetch for the first token. */
  async fetchAhead(milliseconds: number): Promise<void> {
    await this.#refresh(Date.now() + milliseconds);
    if (!this.#usable) this.#attemptedAt = 0;
  }

  get #usable(): boolean {
    return secondsSince(this.#fetchedAt) <= DISCARD_SECONDS;
  }

  /** Fetches the keys. Keeps the old ones if that fails, and does nothing if the last attempt was too recent. */
  async #refresh(deadline?: number): Promise<void> {
    const pause = this.#usable ? REFETCH_SECONDS : FIRST_FETCH_SECONDS;
    if (this.#pending === undefined && secondsSince(this.#attemptedAt) < pause) return;
    this.#pending ??= this.#fetchKeys(deadline).finally(() => {
      this.#pending = undefined;
    });
    await this.#pending;
  }

  /** `deadline`: for both documents, in milliseconds since 1970. */
  async #fetchKeys(deadline = Number.POSITIVE_INFINITY): Promise<void> {
    this.#attemptedAt = nowSeconds();
    try {
      const set = await this.#document(await this.#keysUrl(deadline), deadline);
      const keys = this.#merge(set.keys as unknown[]);
      // An answer without a usable key says nothing about tokens: it counts as a failed fetch, not as a withdrawal.
      if (keys.size === 0) return;
      this.#keys = keys;
      this.#fetchedAt = nowSeconds();
    } catch {
      // After any failure, the age of the cached keys decides.
    }
  }

  /** Cognito publishes its keys at a fixed URL; other issuers name the URL in their discovery document. */
  async #keysUrl(deadline: number): Promise<string> {
    const base = this.#issuer.url.replace(/\/$/, "");
    if (this.#issuer.kind === "cognito") return `${base}/.well-known/jwks.json`;
    const discovered = await this.#document(`${base}/.well-known/openid-configuration`, deadline);
    if (discovered.issuer !== this.#issuer.url) throw new Error("another issuer");
    return String(discovered.jwks_uri);
  }

  async #document(url: string, deadline: number): Promise<Record<string, unknown>> {
    const { status, body } = await this.#call(
      { method: "GET", url, headers: { accept: "application/json" } },
      { ...DOCUMENT_LIMITS, timeoutMilliseconds: Math.min(DOCUMENT_LIMITS.timeoutMilliseconds, deadline - Date.now()) },
    );
    if (status !== 200) throw new Error("no document");
    return JSON.parse(body) as Record<string, unknown>;
  }

  /**
   * The usable keys. A key that is still in the set stays the same object, with the tokens that it has verified. Throws
   * unless `values` is a list.
   */
  #merge(values: readonly unknown[]): ReadonlyMap<string, SigningKey> {
    const merged = new Map<string, SigningKey>();
    for (const key of values.map((value) => SigningKey.from(value))) {
      if (key === undefined) continue;
      const name = keyName(key.kid, key.alg);
      const held = this.#keys.get(name);
      merged.set(name, held?.fingerprint === key.fingerprint ? held : key);
    }
    return merged;
  }
}

/** Searches by algorithm too: a `kid` whose key has another type counts as unknown. */
function keyName(kid: string, alg: Algorithm): string {
  return `${alg} ${kid}`;
}

function secondsSince(time: number): number {
  return nowSeconds() - time;
}
