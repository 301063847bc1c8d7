import { createPublicKey, hash, type KeyObject } from "node:crypto";
import type { Jwk } from "aws-jwt-verify/jwk";
import { validateJwtFields } from "aws-jwt-verify/jwt";
import type { JwtPayload } from "aws-jwt-verify/jwt-model";
import { verifyJwtSync } from "aws-jwt-verify/jwt-verifier";
import type { Algorithm } from "./unverified-token";

/** Smallest RSA modulus, in bits: RFC 7518, 3.3. */
const RSA_BITS = 2048;

/** Most tokens a key remembers as signed by it. 500 payloads of 1 to 6 kB are a few megabytes at most. */
const REMEMBERED_TOKENS = 500;

/** What is checked about the claims, at every use of a token, remembered or not. */
export interface ClaimRules {
  readonly issuer: string;
  /** One of them must be among the token's; null: this kind of token has no audience. */
  readonly audience: string[] | null;
  readonly graceSeconds: number;
}

/** One public key of an issuer, fit for exactly one algorithm. */
export class SigningKey {
  /** Payloads of tokens whose signature was found good, by SHA-256. They go when the issuer withdraws the key. */
  private readonly verified = new Map<string, JwtPayload>();

  private constructor(
    /** Equal for equal keys: decides whether a refreshed set still holds this one. */
    readonly fingerprint: string,
    readonly kid: string,
    readonly alg: Algorithm,
    private readonly jwk: Jwk,
    private readonly key: KeyObject,
  ) {}

  /** Undefined for whatever is not a public key that verifies RS256 or ES256 signatures. */
  static from(value: unknown): SigningKey | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const { kty, kid, use, alg: declared, crv, n, e, x, y } = value as Record<string, unknown>;
    const alg = kty === "RSA" ? "RS256" : kty === "EC" && crv === "P-256" ? "ES256" : undefined;
    if (alg === undefined || typeof kid !== "string") return undefined;
    if (use !== undefined && use !== "sig") return undefined;
    if (declared !== undefined && declared !== alg) return undefined;
    // `alg` is always set: aws-jwt-verify compares it with the token's, so that no key serves two algorithms.
    const jwk = (alg === "RS256" ? { kty, kid, alg, n, e } : { kty, kid, alg, crv, x, y }) as Jwk;
    try {
      const key = createPublicKey({ key: jwk, format: "jwk" });
      const bits = key.asymmetricKeyDetails?.modulusLength;
      if (bits !== undefined && bits < RSA_BITS) return undefined;
      return new SigningKey(JSON.stringify(jwk), kid, alg, jwk, key);
    } catch {
      return undefined;
    }
  }

  /** The payload of a token signed by this key that follows the rules; else throws an error of aws-jwt-verify. */
  verify(token: string, rules: ClaimRules): { readonly payload: JwtPayload; readonly remembered: boolean } {
    const digest = hash("sha256", token, "base64");
    const known = this.verified.get(digest);
    if (known !== undefined) {
      validateJwtFields(known, rules);
      return { payload: known, remembered: true };
    }
    const payload = verifyJwtSync(token, this.jwk, rules, () => this.key);
    this.remember(digest, payload);
    return { payload, remembered: false };
  }

  private remember(digest: string, payload: JwtPayload): void {
    const oldest = this.verified.size >= REMEMBERED_TOKENS ? this.verified.keys().next().value : undefined;
    if (oldest !== undefined) this.verified.delete(oldest);
    this.verified.set(digest, payload);
  }
}
