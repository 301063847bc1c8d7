import { createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject, type webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { BUILD_FOLDER } from "./places";

const FOLDER = join(BUILD_FOLDER, "test-keys");

/** More keys than a test needs at a time. After these, the first one is returned again. */
const COUNT = 24;

let given = 0;

/** The same key, detached from the job that made it; `cli/testing/tokens.ts` gives the reason. */
export function detached(made: KeyObject): KeyObject {
  return createPrivateKey({ key: made.export({ type: "pkcs8", format: "der" }), type: "pkcs8", format: "der" });
}

/**
 * Returns a private RSA key of 2,048 bits, for tests only. Making a key takes a fifth of a second, which was most of a
 * front door's start, so each key is made once and kept. No two of 24 consecutive keys are the same.
 */
export async function nextRsaKey(): Promise<KeyObject> {
  const path = join(FOLDER, `rsa-${given++ % COUNT}.json`);
  if (existsSync(path)) return createPrivateKey({ key: JSON.parse(readFileSync(path, "utf8")), format: "jwk" });
  const made = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const privateKey = detached(made.privateKey);
  // Several workers may make the same key at the same time, and none may read an incomplete file.
  mkdirSync(FOLDER, { recursive: true });
  const draft = `${path}-${process.pid}`;
  writeFileSync(draft, JSON.stringify(privateKey.export({ format: "jwk" })));
  renameSync(draft, path);
  return privateKey;
}

/**
 * Until the test file ends, WebCrypto returns these keys to all code that generates an RSA key for RS256, such as
 * issuers.
 */
export function keepRsaKeys(): void {
  const { subtle } = globalThis.crypto;
  if (Object.hasOwn(subtle, "generateKey")) return;
  const generate = subtle.generateKey.bind(subtle) as (...parameters: unknown[]) => Promise<unknown>;
  const kept = async (
    algorithm: webcrypto.RsaHashedKeyGenParams,
    extractable: boolean,
    usages: webcrypto.KeyUsage[],
  ) => {
    if (algorithm.name !== "RSASSA-PKCS1-v1_5" || algorithm.modulusLength !== 2048) {
      return generate(algorithm, extractable, usages);
    }
    const jwk = (await nextRsaKey()).export({ format: "jwk" }) as JsonWebKey;
    const { kty, n, e } = jwk;
    return {
      privateKey: await subtle.importKey("jwk", jwk, algorithm, extractable, ["sign"]),
      publicKey: await subtle.importKey("jwk", { kty, n, e }, algorithm, true, ["verify"]),
    };
  };
  Object.defineProperty(subtle, "generateKey", { value: kept, configurable: true });
  afterAll(() => {
    Reflect.deleteProperty(subtle, "generateKey");
  });
}
