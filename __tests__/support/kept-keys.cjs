"use strict";
/**
 * RSA keys of 2,048 bits, for tests only. Making a key takes a fifth of a second, which was most of a front door's start,
 * so each key is made once and kept. Plain JavaScript, because the commands that tests start load it too: see
 * `preloaded-keys.cjs`.
 */
const { createPrivateKey, generateKeyPair } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { promisify } = require("node:util");

const FOLDER = join(__dirname, "..", "..", ".build", "test-keys");

/** More keys than a test needs at a time. After these, the first one is returned again. */
const COUNT = 24;

/** The same key, detached from the job that made it; `cli/testing/tokens.ts` gives the reason. */
function detached(made) {
  return createPrivateKey({ key: made.export({ type: "pkcs8", format: "der" }), type: "pkcs8", format: "der" });
}

/**
 * Returns a function that returns one private key after another. No two of 24 consecutive keys are the same.
 *
 * @param first number of the first key. Default: 0
 */
function rsaKeys(first = 0) {
  let next = first;
  return async () => {
    const path = join(FOLDER, `rsa-${next++ % COUNT}.json`);
    if (existsSync(path)) return createPrivateKey({ key: JSON.parse(readFileSync(path, "utf8")), format: "jwk" });
    const made = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    const privateKey = detached(made.privateKey);
    // Several processes may make the same key at the same time, and none may read an incomplete file.
    mkdirSync(FOLDER, { recursive: true });
    const draft = `${path}-${process.pid}`;
    writeFileSync(draft, JSON.stringify(privateKey.export({ format: "jwk" })));
    renameSync(draft, path);
    return privateKey;
  };
}

/** From now on, WebCrypto returns these keys to all code that generates an RSA key for RS256, such as issuers. */
function keepRsaKeys(nextRsaKey) {
  const { subtle } = globalThis.crypto;
  const generate = subtle.generateKey.bind(subtle);
  const kept = async (algorithm, extractable, usages) => {
    if (algorithm.name !== "RSASSA-PKCS1-v1_5" || algorithm.modulusLength !== 2048) {
      return generate(algorithm, extractable, usages);
    }
    const jwk = (await nextRsaKey()).export({ format: "jwk" });
    const { kty, n, e } = jwk;
    return {
      privateKey: await subtle.importKey("jwk", jwk, algorithm, extractable, ["sign"]),
      publicKey: await subtle.importKey("jwk", { kty, n, e }, algorithm, true, ["verify"]),
    };
  };
  Object.defineProperty(subtle, "generateKey", { value: kept, configurable: true });
}

module.exports = { detached, keepRsaKeys, rsaKeys };
