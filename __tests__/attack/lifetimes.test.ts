import fc from "fast-check";
import { requestEvent } from "../functions/authorizer/support/event";
import { Arena } from "./support/arena";
import { bearerEvent, isRefused } from "./support/bearer-event";
import { CannedClouds } from "./support/canned-clouds";

/** Tokens that are about to end, and clocks that differ. */
let arena: Arena;
let clouds: CannedClouds;
beforeAll(async () => {
  arena = await Arena.open();
  clouds = new CannedClouds(arena);
}, 60_000);
afterAll(() => arena?.close());

const mints = () => arena.internet.take().filter((host) => host === arena.hosts.iam).length;

/** Seconds of life left in the Google token that a public route is given; undefined where there is none. */
async function lifeLeft(): Promise<number | undefined> {
  const result = await arena.anyone.ask(requestEvent({ routeKey: "GET /products" }));
  if (result.kind === "error") return undefined;
  const { googleAuthorization } = (result.value as { context: { googleAuthorization: string } }).context;
  const payload = googleAuthorization.replace("Bearer ", "").split(".")[1] ?? "";
  return (JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number }).exp - clouds.now();
}

describe("a Google token is never handed out with less life than the gateway may replay the answer for", () => {
  afterEach(() => arena.anyone.setPolicy({ ...arena.anyone.policy, cacheSeconds: 60 }));

  // Beside the replay, the last request may take 30 seconds, and clocks may differ by five.
  test.each([0, 60, 300])(
    "of %i seconds, whatever Google gives and whenever it fails",
    async (cacheSeconds) => {
      arena.anyone.setPolicy({ ...arena.anyone.policy, cacheSeconds });
      await clouds.hoursLater();
      const life = fc.oneof(
        fc.constant("down" as const),
        fc.constant(3600),
        fc.integer({ min: -10, max: 700 }),
        fc.nat(8000),
      );
      const pause = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.nat(3700));
      let given = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(pause, life), { minLength: 8, maxLength: 8 }), async (steps) => {
          for (const [seconds, idTokens] of steps) {
            clouds.advance(seconds);
            clouds.idTokens = idTokens;
            const left = await lifeLeft();
            if (left === undefined) continue;
            given += 1;
            expect(left).toBeGreaterThan(cacheSeconds + 30);
          }
        }),
        { numRuns: 20, endOnFailure: true },
      );
      expect(given).toBeGreaterThan(30);
    },
    30_000,
  );

  test("one that is born with less is no token, and the next request asks again", async () => {
    await clouds.hoursLater();
    clouds.idTokens = 93;
    expect([await lifeLeft(), await lifeLeft(), mints()]).toEqual([undefined, undefined, 2]);
    clouds.idTokens = 97;
    expect(await lifeLeft()).toBeGreaterThan(95);
  });
});

test("a token serves without a call until ten minutes before its end, then while Google fails, then no more", async () => {
  await clouds.hoursLater();
  await lifeLeft();
  clouds.advance(2990);
  expect(await lifeLeft()).toBeGreaterThan(600);
  expect(mints()).toBe(1);
  clouds.idTokens = "down";
  clouds.advance(20);
  expect(await lifeLeft()).toBeLessThan(600);
  // Tried once, then not for half a minute.
  expect(mints()).toBe(1);
  expect([await lifeLeft(), mints()]).toEqual([expect.any(Number), 0]);
  clouds.advance(485);
  expect(await lifeLeft()).toBeGreaterThan(95);
  clouds.advance(15);
  expect(await lifeLeft()).toBeUndefined();
  clouds.idTokens = 3600;
  expect(await lifeLeft()).toBeGreaterThan(3590);
});

describe("a difference of clocks", () => {
  const cases: readonly [string, (now: number) => object, string][] = [
    ["expired 3 seconds ago", (now) => ({ exp: now - 3 }), "allowed"],
    ["expired 8 seconds ago", (now) => ({ exp: now - 8 }), "unauthenticated expired"],
    ["valid in 3 seconds", (now) => ({ nbf: now + 3 }), "allowed"],
    ["valid in 8 seconds", (now) => ({ nbf: now + 8 }), "unauthenticated not-yet-valid"],
    ["issued in 3 seconds", (now) => ({ iat: now + 3 }), "allowed"],
    ["issued in 8 seconds", (now) => ({ iat: now + 8 }), "unauthenticated not-yet-valid"],
  ];

  test.each(cases)("a token %s", async (_, times, expected) => {
    await clouds.hoursLater();
    expect(await arena.verdict(arena.web(undefined, { ...times(arena.customers.now()) }))).toBe(expected);
  });

  test.each([-4, 4])("of %i seconds between the function and both clouds: everything works", async (seconds) => {
    await arena.reset();
    arena.setClock(seconds);
    expect((await arena.send("/orders", { token: arena.web() })).status).toBe(200);
    expect((await arena.send("/products")).status).toBe(200);
  });
});

test("a token that was good, and is remembered, is refused once it has expired", async () => {
  await clouds.hoursLater();
  const token = arena.web(undefined, { exp: arena.customers.now() + 100 });
  expect(await arena.verdict(token)).toBe("allowed");
  clouds.advance(90);
  expect(await arena.verdict(token)).toBe("allowed");
  clouds.advance(20);
  expect(await arena.verdict(token)).toBe("unauthenticated expired");
  expect(isRefused(await arena.callers.ask(bearerEvent(token)))).toBe(true);
});
