import type { HttpsCall } from "../request/https-call";
import type { Trace } from "../request/log";
import { unauthenticated } from "../request/outcome";
import { CLOCK_SKEW_SECONDS, nowSeconds } from "./clock";
import type { TrustedIssuer } from "./issuers";
import { KeySet } from "./key-sets";
import { type Claims, type ExpiringClaims, readUnverified } from "./unverified-token";

export interface VerifiedToken {
  readonly issuer: TrustedIssuer;
  readonly claims: Claims;
}

/** Verifies tokens of the trusted issuers. Caches their keys. */
export class TokenVerifier {
  private readonly trusted = new Map<string, readonly [TrustedIssuer, KeySet]>();

  constructor(issuers: ReadonlyMap<string, TrustedIssuer>, call: HttpsCall) {
    for (const [url, issuer] of issuers) this.trusted.set(url, [issuer, new KeySet(issuer, call)]);
  }

  /** URLs of the trusted issuers. */
  get issuers(): readonly string[] {
    return [...this.trusted.keys()];
  }

  /** Fetches all issuers' keys ahead of their tokens. Never rejects: without keys, the first token has them fetched. */
  async fetchKeys(milliseconds: number): Promise<void> {
    await Promise.all([...this.trusted.values()].map(([, keys]) => keys.fetchAhead(milliseconds)));
  }

  /** `raw` has the shape that `bearerToken` checked. There is no outbound call before issuer and header are valid. */
  async verify(raw: string, trace: Trace): Promise<VerifiedToken> {
    const token = readUnverified(raw);
    const found = this.trusted.get(token.iss);
    if (found === undefined) throw unauthenticated("issuer-unknown");
    const [issuer, keySet] = found;
    trace.issuer = issuer.id;
    const { kid, alg } = token;
    const key = keySet.held(kid, alg) ?? (await trace.time("keys", () => keySet.find(kid, alg)));
    if (key === undefined) throw unauthenticated("key-unknown");
    await trace.time("verify", () => {
      const proof = key.verify(token);
      if (proof === undefined) throw unauthenticated("signature");
      requireClaims(token.claims, issuer);
      trace.cached("token", proof === "remembered");
    });
    return { issuer, claims: token.claims };
  }
}

/** Runs at every use of a token, remembered or not. It does not check `iss`, by which the issuer was found. */
function requireClaims({ exp, nbf = 0, iat = 0, aud }: ExpiringClaims, issuer: TrustedIssuer): void {
  const now = nowSeconds();
  if (exp + CLOCK_SKEW_SECONDS < now) throw unauthenticated("expired");
  if (Math.max(nbf, iat) - CLOCK_SKEW_SECONDS > now) throw unauthenticated("not-yet-valid");
  if (issuer.kind === "cognito") return;
  // A token may name several audiences: one that is listed is enough (RFC 7519, 4.1.3).
  if (![aud].flat().some((each) => issuer.audiences.includes(each as string))) throw unauthenticated("audience");
}
