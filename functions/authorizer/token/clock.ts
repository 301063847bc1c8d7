/** Permitted clock skew, in seconds: of an issuer for `exp`, `nbf` and `iat`, of Google for its tokens. */
export const CLOCK_SKEW_SECONDS = 5;

/** Seconds since 1970, as tokens count. */
export function nowSeconds(): number {
  return Date.now() / 1000;
}
