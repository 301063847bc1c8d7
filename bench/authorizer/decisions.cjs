"use strict";
/**
 * Decides new and known tokens with the deployed function, in its own process. For comparison, times a bare
 * `crypto.verify` of the same signature, one with a log line, and the library alone. Writes the times as JSON to the
 * third channel.
 *
 * Arguments: the scene, the number of tokens that do not count. The environment is the function's.
 */
const { createPublicKey, verify } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const { verifyJwtSync } = require("aws-jwt-verify/jwt-verifier");
const { cutOff } = require("../../cli/testing/clouds.cjs");

async function main() {
  const [file, warmUp] = process.argv.slice(2);
  const scene = JSON.parse(readFileSync(file, "utf8"));
  const calls = cutOff(scene);
  const { callers } = await import(pathToFileURL(scene.module).href);

  const [first, ...others] = scene.http;
  await expectAllowed(callers, JSON.parse(first));
  const coldCalls = calls();
  const [jwk] = JSON.parse(scene.documents[scene.keys]).keys;
  const publicKey = createPublicKey({ key: jwk, format: "jwk" });
  const rules = { issuer: scene.keys.replace("/.well-known/jwks.json", ""), audience: null };
  const times = { bare: [], logged: [], library: [], fresh: [], seen: [] };
  const all = others.map((text) => ({ text, ...partsOf(JSON.parse(text).headers.authorization) }));
  for (const [index, { text, signed, signature }] of all.entries()) {
    const event = JSON.parse(text);
    const start = performance.now();
    const good = verify("RSA-SHA256", signed, publicKey, signature);
    // In turns, so that the same code ran before either.
    if (isLogged(index)) writeLine(event, performance.now() - start);
    const checked = performance.now();
    const fresh = await callers(event);
    const decided = performance.now();
    const seen = await callers(event);
    const again = performance.now();
    if (!good || !fresh.isAuthorized || !seen.isAuthorized) throw new Error("a good token was refused");
    if (index < warmUp) continue;
    times[isLogged(index) ? "logged" : "bare"].push(checked - start);
    times.fresh.push(decided - checked);
    times.seen.push(again - decided);
  }
  // In a separate loop: between two decisions, the library would evict their code from the processor's caches.
  for (const [index, { token }] of all.entries()) {
    const start = performance.now();
    verifyJwtSync(token, jwk, rules, () => publicKey);
    if (index >= warmUp) times.library.push(performance.now() - start);
  }
  writeFileSync(3, JSON.stringify({ ...times, coldCalls, warmCalls: calls() - coldCalls }));
}

function partsOf(authorization) {
  const token = authorization.slice("Bearer ".length);
  const end = token.lastIndexOf(".");
  return { token, signed: Buffer.from(token.slice(0, end)), signature: Buffer.from(token.slice(end + 1), "base64url") };
}

function isLogged(index) {
  return index % 2 === 1;
}

/** The smallest line with the same facts about a decision as the function's own line, written in the same way. */
function writeLine({ requestContext, routeKey }, milliseconds) {
  const line = {
    timestamp: new Date().toISOString(),
    level: "INFO",
    requestId: requestContext.requestId,
    route: routeKey,
    service: "orders",
    decision: "allowed",
    issuer: "partners",
    client: "partners/storefront",
    subject: "0123456789abcdef",
    milliseconds: { total: Math.round(milliseconds * 10) / 10 },
    cacheHits: { token: false, googleToken: true },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function expectAllowed(callers, event) {
  const { isAuthorized, context } = await callers(event);
  if (!isAuthorized) throw new Error(`the first token was refused: ${JSON.stringify(context)}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
