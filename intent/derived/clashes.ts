/** Two claims on something that only one may have. */
export interface Clash<T> {
  readonly claim: T;
  readonly other: T;
}

/**
 * Every claim that clashes with another one. Neither of the two is the one at fault, so both are reported, each at its
 * own place.
 *
 * @param areRivals whether two claims with the same key clash. Default: always
 */
export function clashes<T>(
  claims: readonly T[],
  keyOf: (claim: T) => string,
  areRivals: (claim: T, other: T) => boolean = () => true,
): readonly Clash<T>[] {
  const groups = new Map<string, T[]>();
  for (const claim of claims) {
    const known = groups.get(keyOf(claim));
    if (known) known.push(claim);
    else groups.set(keyOf(claim), [claim]);
  }
  return claims.flatMap((claim) => {
    const other = groups.get(keyOf(claim))?.find((each) => each !== claim && areRivals(claim, each));
    return other === undefined ? [] : [{ claim, other }];
  });
}
