import type { KeyObject } from "node:crypto";

const kept = require("./kept-keys.cjs") as {
  detached(made: KeyObject): KeyObject;
  rsaKeys(first?: number): () => Promise<KeyObject>;
  keepRsaKeys(next: () => Promise<KeyObject>): void;
};

/** The same key, detached from the job that made it; `cli/testing/tokens.ts` gives the reason. */
export const detached = kept.detached;

/** Returns a private RSA key of 2,048 bits, for tests only; see `kept-keys.cjs`. */
export const nextRsaKey = kept.rsaKeys();

/**
 * Until the test file ends, WebCrypto returns these keys to all code that generates an RSA key for RS256, such as
 * issuers.
 */
export function keepRsaKeys(): void {
  const { subtle } = globalThis.crypto;
  if (Object.hasOwn(subtle, "generateKey")) return;
  kept.keepRsaKeys(nextRsaKey);
  afterAll(() => {
    Reflect.deleteProperty(subtle, "generateKey");
  });
}
