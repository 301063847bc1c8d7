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
