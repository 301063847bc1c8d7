const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Order of P-256. https://csrc.nist.gov/pubs/fips/186-5/final */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Returns the same token with one bit set after the last byte of its signature, which lenient decoders drop. */
export function withSpareBit(token: string): string {
  return token.slice(0, -1) + ALPHABET[ALPHABET.indexOf(token.slice(-1)) + 1];
}

/** The same ES256 token with `n - s` in place of `s`, and whether `s` was the larger one. */
export function twinOf(token: string): { readonly token: string; readonly wasHigh: boolean } {
  const [header, payload, signature = ""] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const s = BigInt(`0x${bytes.subarray(32).toString("hex")}`);
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex")]);
  return { token: `${header}.${payload}.${other.toString("base64url")}`, wasHigh: s > ORDER / 2n };
}
