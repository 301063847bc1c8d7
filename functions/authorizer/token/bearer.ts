import { unauthenticated } from "../request/outcome";

/**
 * Longest token, in bytes. API Gateway accepts 10,240 bytes of headers and request line in all; real access tokens have
 * 800 to 3,000.
 */
export const TOKEN_BYTES = 8192;

const SCHEME = "Bearer ";

const THREE_PARTS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Last characters of a base64url part that have no bit set after its last byte, by the part's length modulo four. */
const ENDS: readonly (string | undefined)[] = [undefined, "", "AQgw", "AEIMQUYcgkosw048"];

/**
 * Three base64url parts, none empty (an unsigned token has an empty third one), each in canonical form: no padding, and
 * no bit set after the last byte. A signature of RS256 or ES256 would have 16 spellings without that.
 */
export function isCompactJws(text: string): boolean {
  if (!THREE_PARTS.test(text)) return false;
  const first = text.indexOf(".");
  const second = text.indexOf(".", first + 1);
  return (
    endsCanonically(text, 0, first) && endsCanonically(text, first + 1, second) && endsCanonically(text, second + 1)
  );
}

function endsCanonically(text: string, start: number, end = text.length): boolean {
  return ENDS[(end - start) % 4]?.includes(text.charAt(end - 1)) ?? true;
}

/**
 * The token in a raw `Authorization` value. Stricter than RFC 9110 (scheme in exactly this case, one space), so that a
 * token has one spelling and one cache entry, and two joined values (`Bearer a,Bearer b`) are refused. An ES256
 * signature has a second form, `n - s` in place of `s`, that every caller can compute. Issuers sign with either, so
 * both pass, each verified separately: the second entry opens nothing that the first does not.
 */
export function bearerToken(authorization: string): string {
  const token = bearerText(authorization);
  if (!isCompactJws(token)) throw unauthenticated("token-shape");
  return token;
}

/** The text after the scheme, whatever its form. */
export function bearerText(authorization: string): string {
  if (!authorization.startsWith(SCHEME)) throw unauthenticated("authorization-shape");
  const token = authorization.slice(SCHEME.length);
  // A token has one byte per character, so the number of characters is the number of bytes.
  if (token.length > TOKEN_BYTES) throw unauthenticated("token-size");
  return token;
}
