import { TokenCache } from "../../../../../functions/authorizer/mint/google-tokens";
import type { IdToken } from "../../../../../functions/authorizer/mint/id-token";
import { unavailable } from "../../../../../functions/authorizer/request/outcome";
import { refusalOf } from "../../../../support/authorizer/refusal";
import fc from "../../../../support/properties";

const CACHE_SECONDS = 300;
/** 300 s of replay, 30 s of the last request, 5 s of skew. */
const REQUIRED_LIFE = 335;

beforeEach(() => jest.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => jest.useRealTimers());

const later = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1000);

/** Mints numbered tokens of the given life. */
function mint(lifeSeconds = 3600) {
  const state = { minted: 0, failing: false };
  const work = async (): Promise<IdToken> => {
    state.minted += 1;
    if (state.failing) throw unavailable("token-exchange", 503);
    return { token: `token-${state.minted}`, expiresAt: Date.now() / 1000 + lifeSeconds };
  };
  return { state, work };
}

test("a token is minted once per service and then cached", async () => {
  const cache = new TokenCache(CACHE_SECONDS);
  const { work } = mint();
  expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: false });
  expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: true });
  expect(await cache.get("catalog", work)).toEqual({ token: "token-2", hit: false });
});

test("200 concurrent requests cause one mint, and share its failure", async () => {
  const cache = new TokenCache(CACHE_SECONDS);
  const { state, work } = mint();
  state.failing = true;
  const all = () => Promise.allSettled(Array.from({ length: 200 }, () => cache.get("orders", work)));
  expect((await all()).filter(({ status }) => status === "rejected")).toHaveLength(200);
  expect(state.minted).toBe(1);
  state.failing = false;
  later(3);
  expect((await all()).filter(({ status }) => status === "fulfilled")).toHaveLength(200);
  expect(state.minted).toBe(2);
});

test("a failure is the answer for one to two seconds, chosen at random, for its service only", async () => {
  for (const [drawn, milliseconds] of [
    [0, 1000],
    [0.999, 1999],
  ] as const) {
    const random = jest.spyOn(Math, "random").mockReturnValue(drawn);
    const cache = new TokenCache(CACHE_SECONDS);
    const { state, work } = mint();
    state.failing = true;
    for (let count = 0; count < 40; count += 1) {
      expect(await refusalOf(() => cache.get("orders", work))).toBe("unavailable token-exchange");
    }
    expect(state.minted).toBe(1);
    state.failing = false;
    expect((await cache.get("catalog", work)).token).toBe("token-2");
    jest.setSystemTime(Date.now() + milliseconds);
    expect(await refusalOf(() => cache.get("orders", work))).toBe("unavailable token-exchange");
    jest.setSystemTime(Date.now() + 1);
    expect((await cache.get("orders", work)).token).toBe("token-3");
    random.mockRestore();
  }
});

/** A mint that the test ends. */
function slowMint() {
  const ends: { resolve(token: IdToken): void; reject(error: unknown): void }[] = [];
  const work = () =>
    new Promise<IdToken>((resolve, reject) => {
      ends.push({ resolve, reject });
    });
  const token = (name: string, lifeSeconds = 3600) => ({ token: name, expiresAt: Date.now() / 1000 + lifeSeconds });
  return { ends, work, token };
}

test("a token is renewed ten minutes before it ends, and no caller waits for the new one", async () => {
  const cache = new TokenCache(CACHE_SECONDS);
  await cache.get("orders", mint().work);
  const { ends, work, token } = slowMint();
  later(2999);
  expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: true });
  expect(ends).toHaveLength(0);
  later(1);
  for (let count = 0; count < 3; count += 1) {
    expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: true });
    later(5);
  }
  expect(ends).toHaveLength(1);
  ends[0]?.resolve(token("renewed"));
  // It ends in the next turn of the event loop, as in a process that thaws for the next request.
  await Promise.resolve();
  await Promise.resolve();
  expect(await cache.get("orders", work)).toEqual({ token: "renewed", hit: true });
  expect(ends).toHaveLength(1);
});

test("a renewal that hangs is abandoned after 30 seconds, but its late token is still used", async () => {
  const cache = new TokenCache(CACHE_SECONDS);
  await cache.get("orders", mint().work);
  const { ends, work, token } = slowMint();
  later(3000);
  await cache.get("orders", work);
  later(30);
  await cache.get("orders", work);
  expect(ends).toHaveLength(1);
  later(1);
  await cache.get("orders", work);
  expect(ends).toHaveLength(2);
  ends[0]?.resolve(token("late"));
  await new Promise(jest.requireActual<typeof import("node:timers")>("node:timers").setImmediate);
  expect(await cache.get("orders", work)).toEqual({ token: "late", hit: true });
});

test("without a valid token a request waits for the pending mint, or for a new one after the mint timeout", async () => {
  const cache = new TokenCache(CACHE_SECONDS);
  await cache.get("orders", mint().work);
  const { ends, work, token } = slowMint();
  later(3600 - REQUIRED_LIFE);
  expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: true });
  later(6);
  const joined = cache.get("orders", work);
  expect(ends).toHaveLength(1);
  later(1);
  const second = cache.get("orders", work);
  expect(ends).toHaveLength(2);
  ends[1]?.resolve(token("second"));
  expect(await second).toEqual({ token: "second", hit: false });
  ends[0]?.reject(unavailable("assume-role"));
  expect(await refusalOf(() => joined)).toBe("unavailable assume-role");
  // The first mint's end must not count as the second's.
  expect(await cache.get("orders", work)).toEqual({ token: "second", hit: true });
  expect(ends).toHaveLength(2);
});

test("a renewed token with less than the required life does not replace the cached one", async () => {
  const cache = new TokenCache(CACHE_SECONDS);
  await cache.get("orders", mint().work);
  later(3000);
  const { state, work } = mint(REQUIRED_LIFE - 1);
  for (let count = 0; count < 5; count += 1) {
    expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: true });
  }
  expect(state.minted).toBe(1);
});

test("while renewal fails, the old token is used for its required life, with one attempt every 30 seconds", async () => {
  const cache = new TokenCache(CACHE_SECONDS);
  const { state, work } = mint();
  await cache.get("orders", work);
  state.failing = true;
  later(3000);
  for (let count = 0; count < 20; count += 1)
    expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: true });
  expect(state.minted).toBe(2);
  later(3600 - REQUIRED_LIFE - 3000);
  expect(await cache.get("orders", work)).toEqual({ token: "token-1", hit: true });
  later(1);
  expect(await refusalOf(() => cache.get("orders", work))).toBe("unavailable token-exchange");
});

test.each([
  [0, 35],
  [60, 95],
  [300, 335],
])("with a cache TTL of %i s, no token with less than %i s left is returned", async (cacheSeconds, required) => {
  const enough = mint(required);
  expect((await new TokenCache(cacheSeconds).get("orders", enough.work)).token).toBe("token-1");
  const short = mint(required - 1);
  expect(await refusalOf(() => new TokenCache(cacheSeconds).get("orders", short.work))).toBe("unavailable id-token");
});

test("a short-lived token is not minted again for every request", async () => {
  const cache = new TokenCache(60);
  const { state, work } = mint(300);
  for (let count = 0; count < 10; count += 1) await cache.get("orders", work);
  later(29);
  await cache.get("orders", work);
  expect(state.minted).toBe(1);
  later(1);
  await cache.get("orders", work);
  expect(state.minted).toBe(2);
});

test("no token is returned with less than the required life, whatever the cloud returns and whenever it fails", async () => {
  const life = fc.oneof(
    fc.constant("down" as const),
    fc.constant(3600),
    fc.integer({ min: -10, max: 700 }),
    fc.nat(8000),
  );
  const pause = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.nat(3700));
  const steps = fc.array(fc.tuple(pause, life), { minLength: 8, maxLength: 8 });
  let given = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(0, 60, 300), steps, async (cacheSeconds, sequence) => {
      const cache = new TokenCache(cacheSeconds);
      for (const [seconds, next] of sequence) {
        later(seconds);
        const work = async (): Promise<IdToken> => {
          if (next === "down") throw unavailable("id-token", 503);
          const expiresAt = Date.now() / 1000 + next;
          return { token: String(expiresAt), expiresAt };
        };
        const found = await Promise.resolve(cache.get("orders", work)).catch(() => undefined);
        if (found === undefined) continue;
        given += 1;
        expect(Number(found.token) - Date.now() / 1000).toBeGreaterThanOrEqual(cacheSeconds + 35);
      }
    }),
  );
  // Otherwise the test would also pass if there never were a token.
  expect(given).toBeGreaterThan(200);
});
