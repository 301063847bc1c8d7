/** How far another clock may be from ours, in seconds: an issuer's for `exp`, `nbf` and `iat`, Google's for its tokens. */
export const CLOCK_SKEW_SECONDS = 5;

/** Seconds since 1970, as tokens count. */
export function nowSeconds(): number {
  return Date.now() / 1000;
}
