import { PROBES } from "../../../../../cli/verify/probes/probes";
import type { Faults } from "../../../../support/verify/faults";
import { verifyFake } from "../../../../support/verify/run";

/** Probes that read logs, or plan. */
const NOT_ASKED = [
  "logs-join",
  "refusal-in-access-log",
  "second-plan",
  "other-providers",
  "other-bindings",
  "account-keys",
  "service-settings",
  "other-routes",
  "other-invokers",
  "other-clients",
  "client-registration",
  "log-copies",
];

test("every probe confirms a front door as designed, except probes that need a cloud's tools", async () => {
  const { code, refuted, confirmed, untold } = await verifyFake();
  expect({ code, refuted, untold }).toEqual({ code: 0, refuted: [], untold: NOT_ASKED });
  expect(confirmed).toHaveLength(PROBES.length - NOT_ASKED.length);
});

/** The probes that must refute each fault. Some faults break several promises; no other probe may refute them. */
const FAULTS: readonly (readonly [Faults, readonly string[]])[] = [
  [{ routeKeyIsNoSource: true }, ["public-route-key"]],
  [{ mintFails: true }, ["narrow-role"]],
  [{ missingTokenStatus: 403 }, ["no-token"]],
  [{ missingTokenPasses: true }, ["no-token"]],
  [{ junkPasses: true }, ["junk-token", "cache-per-caller"]],
  [{ refusalStatus: 401 }, ["junk-token", "missing-scope"]],
  [{ scopesIgnored: true }, ["missing-scope", "cache-per-route", "cache-per-caller", "expectations"]],
  [{ catchAll: true }, ["unknown-route", "path-tricks"]],
  [{ openService: "orders" }, ["direct-call", "direct-call-as-caller", "direct-call-access-token"]],
  [{ acceptsCallersToken: true }, ["direct-call-as-caller"]],
  [{ acceptsAccessToken: true }, ["direct-call-access-token"]],
  [{ forgedTokenPasses: true }, ["forged-google-token"]],
  [{ forgedHintsStay: true }, ["forged-hints"]],
  [{ overrideHeadersPass: true }, ["override-headers"]],
  [{ underscoresPass: true }, ["underscore-names"]],
  [{ emptyKeysVanish: true }, ["mapping-keys", "forged-hints"]],
  [{ noRequestId: true }, ["request-id"]],
  [{ oneRequestId: true }, ["request-id"]],
  [{ requestIdIsCached: true }, ["request-id"]],
  [{ pathStaysEncoded: true }, ["path-decoding"]],
  [{ pathChanges: true }, ["path-decoding"]],
  [{ noPathRule: true }, ["path-tricks", "path-question-mark", "cache-per-path"]],
  [{ preflightNeedsToken: true }, ["preflight"]],
  [{ anyOrigin: true }, ["preflight"]],
  [{ corsOnOwnAnswers: true }, ["cors-own-answers"]],
  [{ undecodablePasses: true }, ["path-undecodable"]],
  [{ forwardedDropped: true }, ["forwarded"]],
  [{ emptySourceAsks: true }, ["no-token"]],
  [{ cacheIgnoresCaller: true }, ["cache-per-caller", "junk-token"]],
  [{ cacheMixesCallers: true }, ["cache-per-caller"]],
  [{ refusalsSpread: true }, ["cache-per-path"]],
  [{ cacheIgnoresRoute: true }, ["cache-per-route", "missing-scope", "expectations"]],
  [{ cacheIgnoresPath: true }, ["cache-per-path", "path-tricks", "path-question-mark"]],
];

test.each(FAULTS)("only the probes for %j refute it", async (faults, expected) => {
  const { code, refuted, lines } = await verifyFake({ faults });
  expect([...refuted].sort()).toEqual([...expected].sort());
  expect(code).toBe(1);
  for (const line of lines.filter((text) => text.startsWith("refuted ")))
    expect(line).toMatch(/\n +means: .+\n +do: .+/);
});

test("a 403 to an access token shows nothing: its account may lack the role", async () => {
  const { refuted, untold, lines } = await verifyFake({ faults: { accessTokenStatus: 403 } });
  expect({ refuted, untold }).toEqual({ refuted: [], untold: ["direct-call-access-token", ...NOT_ASKED] });
  expect(lines.join("\n")).toMatch(/could not tell {2}direct-call-access-token\n.+answered 403.+roles\/run\.invoker/);
});

test("every probe that sends a request refutes at least one fault", () => {
  const covered = new Set(FAULTS.flatMap(([, ids]) => ids));
  const uncovered = PROBES.map(({ id }) => id).filter((id) => !covered.has(id));
  expect(uncovered).toEqual(NOT_ASKED);
});

test("ids are unique, and each probe has one sentence for its question and one for what it settles", () => {
  expect(new Set(PROBES.map(({ id }) => id)).size).toBe(PROBES.length);
  for (const { question, settles } of PROBES) {
    expect(question).toMatch(/^[A-Z].*\?$/);
    expect(settles).toMatch(/^[A-Z].*\.$/);
  }
});
