import { JwtExpiredError, JwtInvalidAudienceError, JwtNotBeforeError } from "aws-jwt-verify/error";
import { validateJwtFields } from "aws-jwt-verify/jwt";
import type { JwtPayload } from "aws-jwt-verify/jwt-model";
import { CLOCK_SKEW_SECONDS, nowSeconds } from "./clock";
import type { HttpsCall } from "./https-call";
import type { TrustedIssuer } from "./issuers";
import { KeySet } from "./key-sets";
import type { Trace } from "./log";
import { type Reason, unauthenticated } from "./outcome";
import { readUnverified } from "./unverified-token";

export interface VerifiedToken {
  readonly issuer: TrustedIssuer;
  readonly claims: JwtPayload;
}

/** Verifies tokens of the trusted issuers. Keeps their keys. */
export class TokenVerifier {
  private readonly trusted = new Map<string, readonly [TrustedIssuer, KeySet]>();

  constructor(issuers: ReadonlyMap<string, TrustedIssuer>, call: HttpsCall) {
    for (const [url, issuer] of issuers) this.trusted.set(url, [issuer, new KeySet(issuer, call)]);
  }

  /** `raw` has the shape that `bearerToken` checked. No outbound call before issuer and header are known good. */
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

/** At every use of a token, remembered or not. */
function requireClaims(claims: JwtPayload, issuer: TrustedIssuer): void {
  const audience = issuer.kind === "cognito" ? null : [...issuer.audiences];
  try {
    validateJwtFields(claims, { issuer: issuer.url, audience, graceSeconds: CLOCK_SKEW_SECONDS });
  } catch (error) {
    throw unauthenticated(reasonOf(error));
  }
  // What aws-jwt-verify leaves to its caller: that the token is not from the future.
  if (claims.iat !== undefined && claims.iat > nowSeconds() + CLOCK_SKEW_SECONDS) {
    throw unauthenticated("not-yet-valid");
  }
}

/** An error that is none of the library's (a date out of range) comes from the token as well: no proof, no entry. */
function reasonOf(error: unknown): Reason {
  if (error instanceof JwtExpiredError) return "expired";
  if (error instanceof JwtNotBeforeError) return "not-yet-valid";
  if (error instanceof JwtInvalidAudienceError) return "audience";
  return "token-claims";
}
