/**
 * Control, format and private-use characters, line separators and unpaired surrogates: no terminal shows them, and some it
 * obeys.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
