import { AuthorizerCache } from "../../../../../packages/local-front-door/gateway/shared/authorizer-cache";
import { type Change, remove, set } from "../../../../support/local/document";
import { type Answer, JudgedStack } from "../../../../support/local/judged";

const PUBLIC = "aws_apigatewayv2_authorizer.public";
const SCOPED = "aws_apigatewayv2_authorizer.scoped";
const OPEN = "aws_apigatewayv2_route.open";
const TOKEN = { authorization: "one" };

test("a missing or an empty identity source is 401, without a call of the function", async () => {
  const stack = new JudgedStack();
  expect(await stack.judge("/scoped", TOKEN)).toEqual([200, 1]);
  expect(await stack.judge("/scoped")).toEqual([401]);
  expect(await stack.judge("/scoped", { authorization: "" })).toEqual([401]);
  expect(stack.trace.refusal?.declaration).toBe(`${SCOPED}.identity_sources`);
  expect(await stack.judge("/scoped", TOKEN)).toEqual([200, 2]);
});

test("a denial is 403, and an invalid answer is 500", async () => {
  const stack = new JudgedStack();
  expect(await stack.judge("/open/7", { "x-do": "deny" })).toEqual([403]);
  expect(await stack.judge("/open/7", { "x-do": "nothing" })).toEqual([500]);
});

test("an unsupported authorizer or route stops the start, and is named", () => {
  const cases: readonly (readonly [fault: string, change: Change])[] = [
    [`${PUBLIC}.enable_simple_responses`, set(PUBLIC, { enable_simple_responses: false })],
    [`${PUBLIC}.authorizer_payload_format_version`, set(PUBLIC, { authorizer_payload_format_version: "1.0" })],
    [`${PUBLIC}.authorizer_type`, set(PUBLIC, { authorizer_type: "TOKEN" })],
    [
      `${PUBLIC}.jwt_configuration`,
      set(PUBLIC, { jwt_configuration: { issuer: "https://issuer.example", audience: ["shop"] } }),
    ],
    [`${PUBLIC}.authorizer_uri`, set(PUBLIC, { authorizer_uri: "arn:aws:apigateway:other" })],
    [`${PUBLIC}.identity_sources`, set(PUBLIC, { identity_sources: ["$context.stage"] })],
    [`${OPEN}.authorizer_id`, set(OPEN, { authorizer_id: "none" })],
  ];
  for (const [fault, change] of cases) expect(() => new JudgedStack([change])).toThrow(`${fault}: `);
});

test("an authorizer without permission to call its function allows no caller, and is named", async () => {
  const cases: readonly (readonly [fault: string | undefined, change: Change])[] = [
    [PUBLIC, remove("aws_lambda_permission.public")],
    [undefined, set(OPEN, { authorization_type: "NONE" })],
    [undefined, set(OPEN, { authorization_type: undefined })],
  ];
  for (const [fault, change] of cases) expect(await new JudgedStack([change]).fault("/open/7")).toBe(fault);
});

describe("a function that does not answer", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test.each([
    ["ten seconds", undefined, 10_000],
    ["as long as the test says", 50, 50],
  ])("times out after %s, and nothing is cached", async (_, given, milliseconds) => {
    const kept = set(SCOPED, { authorizer_result_ttl_in_seconds: 60 });
    const answer: Answer = (wish) =>
      wish === "hang" ? new Promise(() => {}) : { isAuthorized: true, context: { events: 0 } };
    const stack = new JudgedStack([kept], answer, given);
    let verdict: unknown;
    const asked = stack.judge("/scoped", { ...TOKEN, "x-do": "hang" }).then((found) => {
      verdict = found;
    });
    await jest.advanceTimersByTimeAsync(milliseconds - 1);
    expect(verdict).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    await asked;
    expect(verdict).toEqual([500]);
    expect(stack.trace.refusal).toMatchObject({ at: "gateway", declaration: SCOPED });
    expect(await stack.judge("/scoped", TOKEN)).toEqual([200, 0]);
  });
});

describe("a cached result", () => {
  const kept = (seconds: number | undefined) =>
    [SCOPED, PUBLIC].map((address) => set(address, { authorizer_result_ttl_in_seconds: seconds }));
  /** A second route with the scoped authorizer. */
  const other: Change = ({ resource }) => {
    const routes = resource.aws_apigatewayv2_route ?? {};
    routes.other = { ...routes.scoped, route_key: "GET /other" };
  };

  test("is used for the same identity sources until it expires, and the trace shows that", async () => {
    const stack = new JudgedStack(kept(60));
    expect(await stack.judge("/scoped", TOKEN)).toEqual([200, 1]);
    stack.now = 59_999;
    stack.trace.clear();
    expect(await stack.judge("/scoped?other=query", TOKEN)).toEqual([200, 1]);
    expect(stack.trace.hops).toMatchObject([{ at: "authorizer", allowed: true, declaration: SCOPED }]);
    expect(stack.trace.hops[0]?.reason).toMatch(/^cached result: /);
    stack.now = 60_000;
    expect(await stack.judge("/scoped", TOKEN)).toEqual([200, 2]);
    stack.authorizers.reset();
    expect(await stack.judge("/scoped", TOKEN)).toEqual([200, 3]);
  });

  test("is used only for the same token, route and path", async () => {
    const stack = new JudgedStack([...kept(60), other]);
    const asked = [
      await stack.judge("/scoped", TOKEN),
      await stack.judge("/scoped", { authorization: "two" }),
      await stack.judge("/other", TOKEN),
      await stack.judge("/open/1"),
      await stack.judge("/open/2"),
    ];
    expect(asked.map(([, events]) => events)).toEqual([1, 2, 3, 4, 5]);
    expect(await stack.judge("/open/1")).toEqual([200, 4]);
    expect(await stack.judge("/scoped")).toEqual([401]);
  });

  test("may be a denial, but never an error", async () => {
    const stack = new JudgedStack(kept(60));
    expect(await stack.judge("/open/1", { "x-do": "deny" })).toEqual([403]);
    expect(await stack.judge("/open/1")).toEqual([403]);
    expect(stack.trace.refusal).toMatchObject({ at: "authorizer", declaration: PUBLIC });
    expect(await stack.judge("/open/2", { "x-do": "nothing" })).toEqual([500]);
    expect(await stack.judge("/open/2")).toEqual([200, 3]);
  });

  test("does not exist with a TTL of zero, and has a TTL of 300 s by default", async () => {
    const events = async (seconds: number | undefined, later: number) => {
      const stack = new JudgedStack(kept(seconds));
      await stack.judge("/open/1");
      stack.now = later;
      return (await stack.judge("/open/1"))[1];
    };
    expect([await events(0, 0), await events(undefined, 299_999), await events(undefined, 300_000)]).toEqual([2, 1, 2]);
  });
});

describe("the result cache", () => {
  test("has keys with every value in its place, and another key for a changed stage variable", () => {
    const cache = new AuthorizerCache<string>(() => 0);
    cache.keep("scoped", ["token", "GET /a", "policy-1"], "kept", 1);
    expect(cache.find("scoped", ["token", "GET /a", "policy-1"])).toBe("kept");
    for (const other of [
      ["token", "GET /a", "policy-2"],
      ["token", "GET /b", "policy-1"],
      ["GET /a", "token", "policy-1"],
      ["token,GET /a", "policy-1"],
      ['token","GET /a', "policy-1"],
      ["token", "GET /a"],
    ]) {
      expect(cache.find("scoped", other)).toBeUndefined();
    }
    expect(cache.find("public", ["token", "GET /a", "policy-1"])).toBeUndefined();
  });

  test("has a limited size: the oldest results are removed first", () => {
    const cache = new AuthorizerCache<number>(() => 0);
    for (let index = 0; index <= 10_000; index += 1) cache.keep("scoped", [String(index)], index, 1);
    expect([0, 1, 10_000].map((index) => cache.find("scoped", [String(index)]))).toEqual([undefined, 1, 10_000]);
  });

  test("removes expired results when the next one is added", () => {
    let now = 0;
    const cache = new AuthorizerCache<string>(() => now);
    for (let index = 0; index < 50; index++) cache.keep("a", [String(index)], "yes", 60);
    now = 60_000;
    cache.keep("a", ["another"], "yes", 60);
    expect(cache.size).toBe(1);
  });
});
