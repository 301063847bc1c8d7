import { canonical } from "./order";

/**
 * SHA-256 of a text in UTF-8. Loads Node's crypto at the first call, because that takes 2 MB and 3 ms, and a plan without
 * functions, services and hidden values needs no hash.
 */
export function sha256(text: string, encoding: "base64" | "hex" = "hex"): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest(encoding);
}

/** A short hash of a value, independent of the order of its keys. */
export function hashed(value: unknown): string {
  return sha256(canonical(value)).slice(0, 12);
}

/**
 * A text of at most this many characters, or its start with a hash that identifies the whole: 128 bits, because who writes
 * both texts could look for two with the same shorter hash.
 */
export function abridged(text: string, most = 160): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (sha256:${sha256(text).slice(0, 32)})`;
}
