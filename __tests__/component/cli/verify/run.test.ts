import { PROBES } from "../../../../cli/verify/probes/probes";
import { accessToken } from "../../../support/verify/deployment";
import { POLICY } from "../../../support/verify/policy";
import { TOKENS, verifyFake } from "../../../support/verify/run";

test("sends exactly the requests that were printed before the first one", async () => {
  const { lines, received } = await verifyFake();
  const [plan = ""] = lines;
  const [, count] = /^(\d+) requests after the smoke test, only GET and OPTIONS/m.exec(plan) ?? [];
  const direct = plan.split("\n").filter((line) => line.includes(" itself")).length;
  const smoke = 2;
  expect(received).toHaveLength(Number(count) - direct + smoke);
  expect(received.every((request) => /^(GET|OPTIONS) /.test(request))).toBe(true);
  for (const request of received.filter((text) => text.startsWith("OPTIONS"))) expect(plan).toContain(request);
  for (const { id, question, settles } of PROBES) {
    expect(plan).toContain(`  ${id}: ${question}\n      left open: ${settles}\n`);
  }
});

test("never prints a token", async () => {
  const { lines } = await verifyFake();
  for (const token of Object.values(TOKENS)) {
    for (const part of token.split(".")) expect(lines.join("\n")).not.toContain(part);
  }
});

test("the report has each probe with its verdict, also if something is refuted, and the failed smoke test", async () => {
  const { code, report, lines } = await verifyFake({ faults: { scopesIgnored: true } });
  expect([code, report?.environment, report?.smokeFailure]).toEqual([1, "dev", undefined]);
  expect(report?.probes.map(({ id, question, settles }) => ({ id, question, settles }))).toEqual(
    PROBES.map(({ id, question, settles }) => ({ id, question, settles })),
  );
  expect(report?.probes.find(({ id }) => id === "missing-scope")?.verdict).toMatchObject({ kind: "refuted" });
  expect(lines.join("\n")).toContain("refuted         missing-scope");
  const smoke = await verifyFake({ smokeOnly: true, faults: { invokerUnknown: "orders" } });
  expect(smoke.report).toEqual({ environment: "dev", smokeFailure: expect.stringContaining("orders"), probes: [] });
});

test("without tokens, probes that need one say which to set, and the others still give a verdict", async () => {
  const { code, lines, refuted, confirmed } = await verifyFake({ tokens: {} });
  expect({ code, refuted }).toEqual({ code: 0, refuted: [] });
  const untold = Object.fromEntries(
    lines.flatMap((line) => {
      const [, id, why] = /^could not tell {2}(\S+)\n +(.+)/.exec(line) ?? [];
      return id === undefined ? [] : [[id, why]];
    }),
  );
  expect(untold).toMatchObject({
    "missing-scope": "set CALLER_TOKEN",
    "direct-call-as-caller": "set CALLER_TOKEN",
    "direct-call-access-token": "set GOOGLE_ACCESS_TOKEN",
    "cache-per-caller": "set CALLER_TOKEN",
  });
  expect(confirmed).toEqual(expect.arrayContaining(["no-token", "junk-token", "direct-call", "narrow-role"]));
});

test("one token only shows that an invalid token is refused after it", async () => {
  const { lines } = await verifyFake({ tokens: { CALLER_TOKEN: TOKENS.CALLER_TOKEN ?? "" } });
  expect(lines.join("\n")).toMatch(/could not tell {2}cache-per-caller\n.+for two callers set OTHER_CALLER_TOKEN/);
});

test("the service's echo distinguishes two callers of the same route", async () => {
  const both = { ...TOKENS, OTHER_CALLER_TOKEN: accessToken("support", ["orders/read", "orders/support"]) };
  expect((await verifyFake({ tokens: both })).confirmed).toContain("cache-per-caller");
  expect((await verifyFake({ tokens: both, faults: { noEcho: true } })).untold).toContain("cache-per-caller");
  expect((await verifyFake({ tokens: both, faults: { cacheMixesCallers: true } })).refuted).toEqual([
    "cache-per-caller",
  ]);
});

test("a service without an echo leaves some questions open, but the forged credential is still judged", async () => {
  const { code, untold, confirmed } = await verifyFake({ faults: { noEcho: true } });
  expect(code).toBe(0);
  expect(untold).toEqual(expect.arrayContaining(["forged-hints", "override-headers", "mapping-keys"]));
  expect(confirmed).toEqual(expect.arrayContaining(["forged-google-token", "path-decoding", "path-tricks"]));
});

test("a throttled gateway proves nothing", async () => {
  const { refuted, lines } = await verifyFake({ faults: { throttles: true } });
  expect(refuted).toEqual([]);
  expect(lines.join("\n")).toContain("could not tell  narrow-role\n                GET /products: throttled (429)");
});

test("does not probe a cache that is switched off", async () => {
  const { lines } = await verifyFake({ policy: { ...POLICY, cacheSeconds: 0 } });
  for (const id of ["cache-per-caller", "cache-per-route", "cache-per-path"]) {
    expect(lines.join("\n")).toMatch(new RegExp(`could not tell  ${id}\\n +nothing is cached here`));
  }
});

test("uses two public routes of different services if CALLER_TOKEN cannot decide", async () => {
  const { confirmed } = await verifyFake({ tokens: {} });
  expect(confirmed).toContain("cache-per-route");
  expect((await verifyFake({ tokens: {}, faults: { cacheIgnoresRoute: true } })).code).toBe(1);
});

test("a failed smoke test makes the run fail, and the probes still report", async () => {
  const { code, refuted, last } = await verifyFake({ faults: { invokerUnknown: "orders" } });
  expect({ code, refuted }).toEqual({ code: 1, refuted: [] });
  expect(last).toMatch(/^\d+ confirmed, 0 refuted, \d+ could not tell; the smoke test failed$/);
});
