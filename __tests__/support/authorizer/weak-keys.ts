import { checkPrimeSync, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/** Private keys whose public half any attacker can turn into the private one, or that no issuer should use. */
export const WEAK_KEYS = {
  "an RSA key with ROCA's fingerprint": () => rsaKey(rocaPrime(), rocaPrime()),
  "an RSA key with the exponent 3": () =>
    generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }).privateKey,
} satisfies Readonly<Record<string, () => KeyObject>>;

const EXPONENT = 65537n;

/**
 * Keys of 1,024 bits, as Infineon's library made them: `k * M + (65537^a mod M)`, where `M` is the product of the first 126
 * primes. Nemec et al., "The Return of Coppersmith's Attack" (2017), section 2.
 */
function rocaPrime(): bigint {
  const small = primes(126);
  const product = small.reduce((total, prime) => total * prime, 1n);
  for (;;) {
    const residue = power(EXPONENT, random(120), product);
    // The highest two bits are set, so that a product of two such primes has 2,048 bits.
    const least = (3n << 1022n) / product + 1n;
    const candidate = (least + random(40)) * product + residue;
    if (candidate < 1n << 1024n && (candidate - 1n) % EXPONENT !== 0n && checkPrimeSync(candidate)) return candidate;
  }
}

function rsaKey(p: bigint, q: bigint): KeyObject {
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const fields = Object.entries(numbers).map(([name, value]) => [name, base64url(value)]);
  return createPrivateKey({ key: { kty: "RSA", ...Object.fromEntries(fields) }, format: "jwk" });
}

function primes(count: number): readonly bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate += 1n) {
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  }
  return found;
}

function random(bits: number): bigint {
  return BigInt(`0x${randomBytes(bits / 8).toString("hex")}`);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [factor, rest] = [base % modulus, exponent]; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

/** Modular inverse by Euclid's extended algorithm. The two numbers must have no common factor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current, before, now] = [modulus, value % modulus, 0n, 1n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [before, now] = [now, before - quotient * now];
  }
  return ((before % modulus) + modulus) % modulus;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}
