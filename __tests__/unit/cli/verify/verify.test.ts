import { INVENTORY } from "../../../../cli/verify/inventory";
import { describeRequest } from "../../../../cli/verify/requests";
import { POLICY } from "../../../support/verify/policy";
import { ENDPOINT, type Faults, TOKENS, TWIN, verifyFake } from "../../../support/verify/run";

const KINDS = INVENTORY.map(({ id }) => id);

test("every probe confirms a front door as designed, but for what needs a cloud's tools", async () => {
  const { code, confirmed, untold } = await verifyFake();
  expect({ code, confirmed }).toEqual({ code: 0, confirmed: ["routes", "preflight", "direct-call"] });
  expect(untold).toEqual(["logs", ...KINDS]);
});

test.each<[Faults, ...string[]]>([
  [{ missingTokenPasses: true }, "routes"],
  [{ junkPasses: true }, "routes"],
  [{ scopesIgnored: true }, "routes"],
  [{ refusedBehindTheGateway: true }, "routes"],
  [{ publicRefused: true }, "routes"],
  [{ preflightNeedsToken: true }, "preflight"],
  [{ anyOrigin: true }, "preflight"],
  [{ openService: "orders" }, "direct-call"],
  [{ acceptsCallersToken: true }, "direct-call"],
  [{ openEndpoint: true }, "direct-call"],
])("%j is refuted", async (faults, ...ids) => {
  const { code, refuted, lines } = await verifyFake({
    faults,
    more: { closedEndpoint: { origin: ENDPOINT } },
  });
  expect([code, refuted]).toEqual([1, ids]);
  expect(lines.join("\n")).toMatch(/^refuted .*(\n {16}.+)+\n {16}means: .+\n {16}do: .+/m);
});

test("where Envoy decides, its refusals count, and an open service is found", async () => {
  const designed = await verifyFake({ byEnvoy: true, faults: { refusedBehindTheGateway: true } });
  expect([designed.code, designed.refuted]).toEqual([0, []]);
  expect((await verifyFake({ byEnvoy: true, faults: { openService: "orders" } })).refuted).toEqual(["direct-call"]);
});

test("a twin is asked in its region for each route that this run may call, and must answer alike", async () => {
  const alike = await verifyFake({ more: { twin: TWIN } });
  expect([alike.code, alike.confirmed]).toEqual([0, ["routes", "preflight", "direct-call", "twin"]]);
  const there = alike.sent.filter(({ at }) => at === TWIN.at).map(({ path }) => path);
  expect(there).toEqual(["/products", "/status", "/products/front-door-probe", "/orders", "/orders/front-door-probe"]);
  const apart = await verifyFake({ more: { twin: TWIN }, faults: { awayInTwin: "orders" } });
  expect([apart.code, apart.refuted]).toEqual([1, ["twin"]]);
  expect(apart.lines.join("\n")).toMatch(/GET \/status: the service answered 200; test-us: the gateway answered 500/);
  expect(apart.lines.join("\n")).not.toMatch(/GET \/products: .*; test-us/);
  const unknown = await verifyFake({ more: { twin: { kind: "could not tell", why: "test-us: no stack" } } });
  expect([unknown.code, unknown.untold]).toEqual([0, ["logs", "twin", ...KINDS]]);
});

test("asks each scoped GET route without a token, as each caller and with an invalid token, and a public one once", async () => {
  const { lines } = await verifyFake();
  const asked = lines.filter((line) => /^ {4}GET \/\S+( as|$)/.test(line)).map((line) => line.trim());
  const as = (path: string) =>
    ["", " as CALLER_TOKEN", " as OTHER_CALLER_TOKEN", " as a junk token"].map((who) => `GET ${path}${who}`);
  expect(asked.slice(0, 7)).toEqual([
    "GET /products",
    "GET /status",
    "GET /products/front-door-probe",
    ...as("/orders"),
  ]);
});

test("sends exactly the requests that were printed before the first one, and prints no token", async () => {
  const { lines, sent } = await verifyFake();
  const printed = lines.filter((line) => /^ {4}(GET|OPTIONS) /.test(line));
  const smoke = 2;
  expect(sent).toHaveLength(printed.length + smoke);
  expect(lines).toContain(
    `${printed.length} requests after the smoke test, for ${Math.ceil((printed.length * 30.25) / 60)} minutes at most:`,
  );
  expect(new Set(sent.map(({ method }) => method))).toEqual(new Set(["GET", "OPTIONS"]));
  for (const token of Object.values(TOKENS))
    for (const part of token.split(".")) expect(lines.join("\n")).not.toContain(part);
  expect(describeRequest({ method: "GET", to: { name: "orders", origin: "https://x" }, path: "/", as: "junk" })).toBe(
    "GET / of orders itself as a junk token",
  );
});

test("the report has each probe with its verdict, also if something is refuted", async () => {
  const { report } = await verifyFake({ faults: { scopesIgnored: true } });
  expect(report?.environment).toBe("dev");
  expect(report?.probes.map(({ id }) => id)).toEqual(["routes", "preflight", "direct-call", "logs", ...KINDS]);
  expect(report?.probes[0]).toMatchObject({ question: expect.stringMatching(/\?$/), verdict: { kind: "refuted" } });
});

test("a throttled gateway, and one that cannot mint, prove nothing", async () => {
  expect((await verifyFake({ faults: { throttles: true } })).refuted).toEqual([]);
  const { code, refuted, lines } = await verifyFake({ faults: { mintFails: true } });
  expect({ code, refuted }).toEqual({ code: 1, refuted: [] });
  expect(lines.at(-1)).toMatch(/^\d+ confirmed, 0 refuted, \d+ could not tell; the smoke test failed$/);
});

test("without tokens, scoped routes are called without one, and with an invalid one", async () => {
  const { code, confirmed } = await verifyFake({ tokens: {} });
  expect([code, confirmed]).toEqual([0, ["routes", "preflight", "direct-call"]]);
  expect((await verifyFake({ tokens: {}, faults: { junkPasses: true } })).refuted).toEqual(["routes"]);
});

describe("the smoke test", () => {
  const smoke = (options: Parameters<typeof verifyFake>[0]) => verifyFake({ ...options, smokeOnly: true });

  test("says that all services answer, and which it could not call", async () => {
    expect((await smoke({})).lines.at(-1)).toBe("smoke: 2 of 2 services called, all answer");
    const scopedOnly = Object.fromEntries(Object.entries(POLICY.routes).filter(([key]) => key !== "GET /status"));
    const { code, lines } = await smoke({ tokens: {}, policy: { ...POLICY, routes: scopedOnly } });
    expect([code, lines.at(-1)]).toEqual([0, "smoke: 1 of 2 services called, all answer"]);
    expect(lines).toContain("smoke: orders not tried: it has no public GET route, and CALLER_TOKEN opens none");
  });

  test("waits for IAM while the gateway cannot mint yet", async () => {
    const { code, lines, sent } = await smoke({ faults: { failsAtFirst: 3 } });
    expect([code, sent.map(({ path }) => path)]).toEqual([
      0,
      ["/status", "/products", "/status", "/products", "/status"],
    ]);
    expect(lines.join("\n")).toMatch(/smoke: orders: GET \/status: the gateway answered 500; again, for \d+ s at most/);
  });

  test("ends with 1 and the last answer of each service that did not answer in time", async () => {
    const { code, lines, report } = await smoke({ faults: { invokerUnknown: "orders" } });
    const failure = expect.stringMatching(
      /^smoke: no good answer within 300 s\n {4}orders: GET \/status: Cloud Run answered 403\n/,
    );
    expect([code, lines.at(-1)]).toEqual([1, failure]);
    expect(report).toEqual({ environment: "dev", smokeFailure: failure, probes: [] });
  });

  test("ends with 64 if it may call no service", async () => {
    const { "GET /orders": route } = POLICY.routes;
    const { code, lines } = await smoke({
      tokens: {},
      policy: { ...POLICY, routes: { "GET /orders": route as never } },
    });
    expect([code, lines.at(-1)]).toEqual([64, "set CALLER_TOKEN: this environment has no public GET route"]);
  });
});
