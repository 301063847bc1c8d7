/** Two claims on something that only one may have. */
export interface Clash<T> {
  readonly claim: T;
  readonly other: T;
}

/**
 * Every claim that clashes with another one. Neither of the two is the one at fault, so both are reported, each at its
 * own place.
 */
export function clashes<T>(claims: readonly T[], keyOf: (claim: T) => string): readonly Clash<T>[] {
  const groups = new Map<string, T[]>();
  for (const claim of claims) groups.set(keyOf(claim), [...(groups.get(keyOf(claim)) ?? []), claim]);
  return claims.flatMap((claim) => {
    const other = groups.get(keyOf(claim))?.find((candidate) => candidate !== claim);
    return other === undefined ? [] : [{ claim, other }];
  });
}
