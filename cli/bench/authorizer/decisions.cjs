"use strict";
/**
 * Decides new and known tokens with the deployed function, in its own process, and times each next to a bare
 * `crypto.verify` of the same signature, one with a log line, and the library alone. Writes the times as JSON to the
 * third channel.
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
  const times = { bare: [], logged: [], library: [], fresh: [], seen: [] };
  const all = Array.from({ length: WARM_UP + Number(count) }, (_, index) => tokens.sign(index + 1));
  for (const [index, { token, signed, signature }] of all.entries()) {
    // As Lambda passes it: strings that V8 has not read yet, and equal ones twice.
    const event = JSON.parse(JSON.stringify(tokens.event(token)));
    const start = performance.now();
    const good = verify("RSA-SHA256", signed, tokens.publicKey, signature);
    // In turns, so that the same code ran before either.
    if (isLogged(index)) writeLine(event, performance.now() - start);
    const checked = performance.now();
    const first = await callers(event);
    const decided = performance.now();
    const second = await callers(event);
    const again = performance.now();
    if (!good || !first.isAuthorized || !second.isAuthorized) throw new Error("a good token was refused");
    if (index < WARM_UP) continue;
    times[isLogged(index) ? "logged" : "bare"].push(checked - start);
    times.fresh.push(decided - checked);
    times.seen.push(again - decided);
  }
  // In a loop of its own: between two decisions it would evict their code from the processor's caches.
  for (const [index, { token }] of all.entries()) {
    const start = performance.now();
    verifyJwtSync(token, jwk, rules, () => tokens.publicKey);
    if (index >= WARM_UP) times.library.push(performance.now() - start);
  }
  writeFileSync(3, JSON.stringify({ ...times, coldCalls, warmCalls: clouds.calls() - coldCalls }));
}

function isLogged(index) {
  return index % 2 === 1;
}

/** The smallest line that tells as much of a decision as the function's own, written as the function writes it. */
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
