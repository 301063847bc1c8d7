import type { HttpsCall } from "../request/https-call";
import type { Trace } from "../request/log";
import { type Caller, unauthenticated } from "../request/outcome";
import { sha256 } from "../request/sha256";
import { CLOCK_SKEW_SECONDS, nowSeconds } from "./clock";
import { hasAudience, issuerFor, type TrustedIssuer, type trustedIssuers } from "./issuers";
import { KeySet } from "./key-sets";
import type { SigningKey } from "./signing-key";
import { type Claims, type ExpiringClaims, readUnverified } from "./unverified-token";

export interface VerifiedToken {
  readonly issuer: TrustedIssuer;
  readonly claims: Claims;
  /** Written by `callerOf`: issuer and claims determine the caller, and a remembered token has both. */
  caller?: Caller | undefined;
}

interface ExpiringToken extends VerifiedToken {
  readonly claims: ExpiringClaims;
}

/** Most tokens whose signature is remembered, with their claims: about 2 kB each. */
const REMEMBERED_TOKENS = 500;

interface Remembered {
  readonly token: ExpiringToken;
  readonly keys: KeySet;
  /** The key that signed it. It counts as long as the issuer publishes it. */
  readonly key: SigningKey;
}

/** Verifies tokens of the trusted issuers. Caches their keys. */
export class TokenVerifier {
  /** Tokens with a valid signature, by SHA-256. The oldest one is dropped first. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #trusted = new Map<string, readonly [readonly TrustedIssuer[], KeySet]>();

  constructor(issuers: ReturnType<typeof trustedIssuers>, call: HttpsCall) {
    for (const [url, there] of issuers) this.#trusted.set(url, [there, new KeySet(there[0] as TrustedIssuer, call)]);
  }

  /** URLs of the trusted issuers. */
  get issuers(): readonly string[] {
    return [...this.#trusted.keys()];
  }

  /**
   * Fetches all issuers' keys ahead of their tokens. Never rejects: after a failure, the first token causes the fetch.
   */
  async fetchKeys(milliseconds: number): Promise<void> {
    await Promise.all([...this.#trusted.values()].map(([, keys]) => keys.fetchAhead(milliseconds)));
  }

  /** `raw` has the shape that `bearerToken` checked. There is no outbound call before issuer and header are valid. */
  async verify(raw: string, trace: Trace): Promise<VerifiedToken> {
    const digest = sha256(raw, "base64");
    const remembered = this.#remembered.get(digest);
    if (remembered) {
      const { token, keys, key } = remembered;
      trace.issuer = token.issuer.id;
      if ((await currentKey(keys, key, trace)) === key) {
        trace.time("verify", () => requireClaims(token));
        trace.cached("token", true);
        return token;
      }
      this.#remembered.delete(digest);
    }
    const unverified = readUnverified(raw);
    const found = this.#trusted.get(unverified.iss);
    if (found === undefined) throw unauthenticated("issuer-unknown");
    const [there, keys] = found;
    const issuer = issuerFor(there, unverified.claims.aud);
    if (issuer === undefined) throw unauthenticated("audience");
    trace.issuer = issuer.id;
    const key = await currentKey(keys, unverified, trace);
    if (key === undefined) throw unauthenticated("key-unknown");
    const token = { issuer, claims: unverified.claims, caller: undefined };
    trace.time("verify", () => {
      if (!key.verify(unverified)) throw unauthenticated("signature");
      requireClaims(token);
    });
    trace.cached("token", false);
    this.#remember(digest, { token, keys, key });
    return token;
  }

  #remember(digest: string, token: Remembered): void {
    if (this.#remembered.size >= REMEMBERED_TOKENS) {
      for (const oldest of this.#remembered.keys()) {
        this.#remembered.delete(oldest);
        break;
      }
    }
    this.#remembered.set(digest, token);
  }
}

/** The issuer's key of this name; undefined if it has none. No call waits while the key set needs no refresh. */
function currentKey(keys: KeySet, { kid, alg }: Pick<SigningKey, "kid" | "alg">, trace: Trace) {
  return keys.held(kid, alg) ?? trace.time("keys", () => keys.find(kid, alg));
}

/** Runs at every use of a token, remembered or not. It does not check `iss`, by which the issuer was found. */
function requireClaims({ issuer, claims: { exp, nbf = 0, iat = 0, aud } }: ExpiringToken): void {
  const now = nowSeconds();
  if (exp + CLOCK_SKEW_SECONDS < now) throw unauthenticated("expired");
  if (Math.max(nbf, iat) - CLOCK_SKEW_SECONDS > now) throw unauthenticated("not-yet-valid");
  if (!hasAudience(issuer, aud)) throw unauthenticated("audience");
}
