import { unauthenticated } from "../request/outcome";

/** Signature algorithms the authorizer accepts: those that Cognito, Okta, Google, GitHub and AWS sign with. */
export type Algorithm = "RS256" | "ES256";

/** Longest `kid` worth looking up, in characters: real ones have 20 to 64. */
const KID_CHARACTERS = 256;

/** The claims of a token. Registered claims (RFC 7519, 4.1) have their types; times are seconds since 1970. */
export interface Claims {
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly [name: string]: unknown;
}

export type ExpiringClaims = Claims & { readonly exp: number };

/** A parsed token before any verification: use it only to choose issuer and key. */
export interface UnverifiedToken {
  readonly raw: string;
  readonly alg: Algorithm;
  readonly kid: string;
  readonly iss: string;
  readonly claims: ExpiringClaims;
  /** The signed text: both parts with the dot between them. */
  readonly signed: string;
  /** base64url. */
  readonly signature: string;
}

/** Most headers that are remembered: an issuer has one for each of its keys. */
const REMEMBERED_HEADERS = 50;

/** Headers that passed, by their spelling. Issuers write the same one into every token. */
const headers = new Map<string, Pick<UnverifiedToken, "alg" | "kid">>();

/** Performs every check that needs no key. `raw` has the shape that `bearerToken` checked. */
export function readUnverified(raw: string): UnverifiedToken {
  const end = raw.indexOf(".");
  const signatureAt = raw.indexOf(".", end + 1) + 1;
  const { alg, kid } = readHeader(raw.slice(0, end));
  const claims = jsonObject(raw.slice(end + 1, signatureAt - 1));
  if (typeof claims.iss !== "string") throw unauthenticated("issuer-unknown");
  if (!areClaims(claims)) throw unauthenticated("token-claims");
  return {
    raw,
    alg,
    kid,
    iss: claims.iss,
    claims,
    signed: raw.slice(0, signatureAt - 1),
    signature: raw.slice(signatureAt),
  };
}

function readHeader(part: string): Pick<UnverifiedToken, "alg" | "kid"> {
  const known = headers.get(part);
  if (known) return known;
  const { alg, kid, ...others } = jsonObject(part);
  if (alg !== "RS256" && alg !== "ES256") throw unauthenticated("token-algorithm");
  // RFC 7515, 4.1.11: a recipient that does not understand a critical extension must refuse. We understand none.
  if (typeof kid !== "string" || kid === "" || kid.length > KID_CHARACTERS || "crit" in others) {
    throw unauthenticated("token-shape");
  }
  if (headers.size >= REMEMBERED_HEADERS) headers.clear();
  headers.set(part, { alg, kid });
  return { alg, kid };
}

function jsonObject(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Refused like any other value.
  }
  throw unauthenticated("token-shape");
}

/**
 * Whether there is an expiry, and each registered claim has its type (RFC 7519, 4.1; `scope` after RFC 8693). Otherwise
 * "tomorrow" would compare with any time as neither before nor after it.
 */
function areClaims(claims: Record<string, unknown>): claims is ExpiringClaims {
  const { exp, nbf, iat, sub, jti, scope, aud } = claims;
  return (
    Number.isFinite(exp) &&
    [nbf, iat].every((time) => time === undefined || Number.isFinite(time)) &&
    [sub, jti, scope, ...[aud].flat()].every(isTextOrNone)
  );
}

function isTextOrNone(claim: unknown): boolean {
  return claim === undefined || typeof claim === "string";
}
