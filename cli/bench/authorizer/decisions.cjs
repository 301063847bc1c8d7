"use strict";
/**
 * Decides new and known tokens with the deployed function, in its own process, and times each next to a bare
 * `crypto.verify` of the same signature and the library alone. Writes the times as JSON to the third channel.
 *
 * Arguments: the function's module, the number of tokens. The environment is the function's.
 */
const { verify } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { verifyJwtSync } = require("aws-jwt-verify/jwt-verifier");
const { CallerTokens } = require("./caller-tokens.cjs");
const { stubClouds } = require("./cloud-stubs.cjs");

/** Warm-up decisions that do not count, until V8 has finished optimizing. */
const WARM_UP = 300;

async function main() {
  const [module, count] = process.argv.slice(2);
  const policy = JSON.parse(readFileSync(join(dirname(module), "authorizer-policy.json"), "utf8"));
  const tokens = new CallerTokens(policy, process.env);
  const clouds = stubClouds(policy, tokens.keySet);
  const { callers } = await import(pathToFileURL(module).href);

  await expectAllowed(callers, tokens.event(tokens.sign(0).token));
  const coldCalls = clouds.calls();
  const [jwk] = tokens.keySet.keys;
  const rules = { issuer: tokens.issuer, audience: null };
  const times = { bare: [], library: [], fresh: [], seen: [] };
  const all = Array.from({ length: WARM_UP + Number(count) }, (_, index) => tokens.sign(index + 1));
  for (const [index, { token, signed, signature }] of all.entries()) {
    // As Lambda passes it: strings that V8 has not read yet, and equal ones twice.
    const event = JSON.parse(JSON.stringify(tokens.event(token)));
    const start = performance.now();
    const good = verify("RSA-SHA256", signed, tokens.publicKey, signature);
    const verified = performance.now();
    verifyJwtSync(token, jwk, rules, () => tokens.publicKey);
    const checked = performance.now();
    const first = await callers(event);
    const decided = performance.now();
    const second = await callers(event);
    const again = performance.now();
    if (!good || !first.isAuthorized || !second.isAuthorized) throw new Error("a good token was refused");
    if (index < WARM_UP) continue;
    times.bare.push(verified - start);
    times.library.push(checked - verified);
    times.fresh.push(decided - checked);
    times.seen.push(again - decided);
  }
  writeFileSync(3, JSON.stringify({ ...times, coldCalls, warmCalls: clouds.calls() - coldCalls }));
}

async function expectAllowed(callers, event) {
  const { isAuthorized, context } = await callers(event);
  if (!isAuthorized) throw new Error(`the first token was refused: ${JSON.stringify(context)}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
