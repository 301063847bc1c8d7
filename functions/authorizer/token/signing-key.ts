import { createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import type { Algorithm, UnverifiedToken } from "./unverified-token";

/** Smallest RSA modulus, in bits: RFC 7518, 3.3. */
const RSA_BITS = 2048;

/** 65537, which all issuers use: with a small exponent, errors in a padding check would permit forgeries. */
const RSA_EXPONENT = "AQAB";

/** One public key of an issuer, fit for exactly one algorithm. */
export class SigningKey {
  readonly #key: KeyObject;

  private constructor(
    /** Equal for equal keys: determines whether a refreshed key set still has this key. */
    readonly fingerprint: string,
    readonly kid: string,
    readonly alg: Algorithm,
    key: KeyObject,
  ) {
    this.#key = key;
  }

  /**
   * Undefined for anything but a public key that verifies RS256 or ES256 signatures. Undefined also for keys that
   * others can sign with: weak ones, and those published with their private half.
   */
  static from(value: unknown): SigningKey | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const { kty, kid, use, key_ops, alg: declared, crv, n, e, x, y, d } = value as Record<string, unknown>;
    const alg = kty === "RSA" ? "RS256" : kty === "EC" && crv === "P-256" ? "ES256" : undefined;
    if (alg === undefined || typeof kid !== "string") return undefined;
    if (use !== undefined && use !== "sig") return undefined;
    if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes("verify"))) return undefined;
    if (d !== undefined || (alg === "RS256" && e !== RSA_EXPONENT)) return undefined;
    if (declared !== undefined && declared !== alg) return undefined;
    const jwk = (alg === "RS256" ? { kty, kid, n, e } : { kty, kid, crv, x, y }) as JsonWebKey;
    try {
      const key = createPublicKey({ key: jwk, format: "jwk" });
      const bits = key.asymmetricKeyDetails?.modulusLength;
      if (bits !== undefined && (bits < RSA_BITS || isWeakModulus(numberOf(n as string)))) return undefined;
      return new SigningKey(JSON.stringify(jwk), kid, alg, key);
    } catch {
      return undefined;
    }
  }

  /** Whether this key signed the token. No key serves two algorithms. */
  verify({ alg, signed, signature }: UnverifiedToken): boolean {
    if (alg !== this.alg) return false;
    // Both algorithms hash with SHA-256; JOSE's form of an ECDSA signature is r and s side by side (RFC 7518, 3.4).
    const key = alg === "RS256" ? this.#key : ({ key: this.#key, dsaEncoding: "ieee-p1363" } as const);
    return verify("sha256", Buffer.from(signed, "latin1"), key, Buffer.from(signature, "base64url"));
  }
}

function numberOf(base64url: string): bigint {
  return BigInt(`0x${Buffer.from(base64url, "base64url").toString("hex")}`);
}

/**
 * Infineon's primes are powers of this number, modulo the product of the small primes, plus a multiple of that product.
 */
const GENERATOR = 65537;

/** The first 39 primes divide the product for every size of key. */
const LARGEST_PRIME = 167;

/**
 * Whether an RSA modulus can be factored: it has a small factor, or ROCA's fingerprint (CVE-2017-15361). A modulus with
 * the fingerprint is a power of the generator modulo each small prime. By chance, one in 200 million other moduli is
 * too.
 * https://crocs.fi.muni.cz/public/papers/rsa_ccs17
 */
export function isWeakModulus(modulus: bigint): boolean {
  const primes: number[] = [];
  let isRoca = true;
  for (let prime = 2; prime <= LARGEST_PRIME; prime++) {
    if (primes.some((smaller) => prime % smaller === 0)) continue;
    primes.push(prime);
    const rest = Number(modulus % BigInt(prime));
    if (rest === 0) return true;
    let power = 1;
    do power = (power * GENERATOR) % prime;
    while (power !== rest && power !== 1);
    isRoca &&= power === rest;
  }
  return isRoca;
}
