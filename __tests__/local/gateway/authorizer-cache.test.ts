import type { Clouds } from "../../../local/clouds";
import { AuthorizerCache } from "../../../local/gateway/authorizer-cache";
import { type Change, set } from "../support/document";
import { seenBy, startSmallStack } from "../support/small-stack";

const SCOPED = "aws_apigatewayv2_authorizer.scoped";
const PUBLIC = "aws_apigatewayv2_authorizer.public";

let now = 0;
let clouds: Clouds;
beforeAll(async () => {
  clouds = await startSmallStack(
    [
      ...[SCOPED, PUBLIC].map((address) => set(address, { authorizer_result_ttl_in_seconds: 60 })),
      // A second scoped route, with the same authorizer.
      ({ resource }) => {
        const routes = resource.aws_apigatewayv2_route ?? {};
        routes.other = { ...routes.scoped, route_key: "GET /other" };
      },
    ],
    undefined,
    { gateway: { now: () => now } },
  );
});
beforeEach(() => clouds.gateway.resetAuthorizersCache());
afterAll(() => clouds.stop());

/** How many events the function had seen when it answered what this request was let in with. */
async function count(path: string, headers: Record<string, string> = { authorization: "one" }): Promise<number> {
  return Number((await seenBy(await fetch(`${clouds.url}${path}`, { headers }))).headers["x-count"]);
}

const status = async (path: string, headers: Record<string, string>) =>
  (await fetch(`${clouds.url}${path}`, { headers })).status;

test("the same identity sources get the same answer and context, until its time is over", async () => {
  const first = await count("/scoped");
  expect(await count("/scoped?other=query")).toBe(first);
  now += 59_999;
  expect(await count("/scoped")).toBe(first);
  now += 1;
  expect(await count("/scoped")).toBe(first + 1);
});

test("a kept answer says so in the trace, with the authorizer's address", async () => {
  await count("/scoped");
  clouds.trace.clear();
  await count("/scoped");
  expect(clouds.trace.hops[1]).toMatchObject({
    at: "authorizer",
    allowed: true,
    reason: "kept answer: judge: allowed",
    declaration: SCOPED,
  });
});

test("another token, another route or another path is another question", async () => {
  const first = await count("/scoped", { authorization: "one" });
  expect(await count("/scoped", { authorization: "two" })).toBe(first + 1);
  expect(await count("/other", { authorization: "one" })).toBe(first + 2);
  expect(await count("/open/1")).toBe(first + 3);
  expect(await count("/open/2")).toBe(first + 4);
  expect(await count("/open/1")).toBe(first + 3);
});

test("a no is kept like a yes", async () => {
  expect(await status("/open/9", { "x-do": "deny" })).toBe(403);
  expect(await status("/open/9", { "x-do": "allow" })).toBe(403);
  expect(clouds.trace.refusal).toMatchObject({ at: "authorizer", declaration: PUBLIC });
});

test.each(["throw", "nothing"])(
  "an error is not kept: after a function that says %s, it is asked again",
  async (wish) => {
    expect(await status("/open/9", { "x-do": wish })).toBe(500);
    expect(await status("/open/9", { "x-do": "allow" })).toBe(200);
  },
);

test("a missing identity source is 401, whatever is kept", async () => {
  await count("/scoped");
  expect(await status("/scoped", {})).toBe(401);
});

test("without a time to live nothing is kept; 300 s where none is declared", async () => {
  const counts = async (seconds: number | undefined, later: number) => {
    const change: Change = set(PUBLIC, { authorizer_result_ttl_in_seconds: seconds });
    const changed = await startSmallStack([change], undefined, { gateway: { now: () => now } });
    const get = async () => Number((await seenBy(await fetch(`${changed.url}/open/1`))).headers["x-count"]);
    const first = await get();
    now += later;
    const second = await get();
    await changed.stop();
    return [first, second];
  };
  expect(await counts(0, 0)).toEqual([1, 2]);
  expect(await counts(undefined, 299_999)).toEqual([1, 1]);
  expect(await counts(undefined, 300_000)).toEqual([1, 2]);
});

test.each<[string, Record<string, unknown>]>([
  ["expected 0 to 3600", { authorizer_result_ttl_in_seconds: 3601 }],
  ["expected 0 to 3600", { authorizer_result_ttl_in_seconds: "60" }],
  ["nothing to keep answers by", { authorizer_result_ttl_in_seconds: 60, identity_sources: [] }],
])("%s: the gateway does not start with %j", async (message, attributes) => {
  const started = startSmallStack([set(PUBLIC, attributes)]);
  await expect(started).rejects.toThrow(`${PUBLIC}.authorizer_result_ttl_in_seconds: `);
  await expect(started).rejects.toThrow(message);
});

test("keys hold every value in its place, and a changed stage variable is another key", () => {
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

test("many answers do not fill the memory: the oldest goes first, the newest stay", () => {
  const cache = new AuthorizerCache<number>(() => 0);
  for (let index = 0; index <= 10_000; index += 1) cache.keep("scoped", [String(index)], index, 1);
  expect([0, 1, 10_000].map((index) => cache.find("scoped", [String(index)]))).toEqual([undefined, 1, 10_000]);
});

test("what has expired is not held any longer than until the next answer comes", () => {
  let now = 0;
  const cache = new AuthorizerCache<string>(() => now);
  for (let index = 0; index < 50; index++) cache.keep("a", [String(index)], "yes", 60);
  now = 60_000;
  cache.keep("a", ["another"], "yes", 60);
  expect(cache.size).toBe(1);
});
