import { unauthenticated } from "./outcome";

/**
 * Longest token, in bytes. API Gateway takes 10,240 bytes of headers and request line in all; real access tokens have
 * 800 to 3,000.
 */
export const TOKEN_BYTES = 8192;

const SCHEME = "Bearer ";

/** Three base64url parts without padding, none empty: an unsigned token has an empty third one. */
export const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * The token in a raw `Authorization` value. Stricter than RFC 9110 (scheme in exactly this case, one space): one
 * spelling only means that a token has one cache entry, and two joined values (`Bearer a,Bearer b`) are none.
 */
export function bearerToken(authorization: string): string {
  if (!authorization.startsWith(SCHEME)) throw unauthenticated("authorization-shape");
  const token = authorization.slice(SCHEME.length);
  // The pattern lets through one byte a character alone, so their number is that of the bytes.
  if (token.length > TOKEN_BYTES) throw unauthenticated("token-size");
  if (!COMPACT_JWS.test(token)) throw unauthenticated("token-shape");
  return token;
}
