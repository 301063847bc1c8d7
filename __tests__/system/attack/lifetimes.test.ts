import { setTimeout } from "node:timers/promises";
import { testAll } from "../../support/test-all";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";
import { CannedClouds } from "./support/canned-clouds";

/** Tokens that are about to expire, and clocks that differ. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  let clouds: CannedClouds;
  beforeAll(async () => {
    arena = await Arena.open(kind);
    clouds = new CannedClouds(arena);
  }, 60_000);
  afterAll(() => arena?.close());

  const mints = () => arena.internet.take().filter((host) => host === arena.hosts.iam).length;

  /** Seconds of life left in the Google token for a public route; undefined if there is none. */
  async function lifeLeft(): Promise<number | undefined> {
    const result = await arena.anyone.ask(arena.api.anyoneEvent("GET /products"));
    if (result.kind === "error") return undefined;
    const { googleAuthorization } = (result.value as { context: { googleAuthorization: string } }).context;
    const payload = googleAuthorization.replace("Bearer ", "").split(".")[1] ?? "";
    return (JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number }).exp - clouds.now();
  }

  describe("a Google token lives at least for the cache time, 30 seconds for the last request and 5 for clock skew", () => {
    afterAll(() => arena.anyone.setPolicy({ ...arena.anyone.policy, cacheSeconds: 60 }));

    testAll([0, 60, 300])("if answers are cached for %i seconds", async (cacheSeconds) => {
      arena.anyone.setPolicy({ ...arena.anyone.policy, cacheSeconds });
      await clouds.hoursLater();
      clouds.idTokens = cacheSeconds + 34;
      // A new token with a shorter life is not used, and a request after two seconds fetches another.
      expect([await lifeLeft(), await lifeLeft(), mints()]).toEqual([undefined, undefined, 1]);
      clouds.advance(3);
      expect([await lifeLeft(), mints()]).toEqual([undefined, 1]);
      clouds.advance(3);
      clouds.idTokens = cacheSeconds + 35;
      expect([await lifeLeft(), mints()]).toEqual([cacheSeconds + 35, 1]);
    });
  });

  test("a token is used without a call until ten minutes before its end, then only while Google fails, then no longer", async () => {
    await clouds.hoursLater();
    await lifeLeft();
    clouds.advance(2999);
    expect([await lifeLeft(), mints()]).toEqual([601, 1]);
    clouds.idTokens = "down";
    clouds.advance(1);
    expect(await lifeLeft()).toBe(600);
    // The renewal was tried once, no call waited for it, and there is no further attempt for half a minute.
    while (!arena.internet.calls.some(({ host }) => host === arena.hosts.iam)) await setTimeout(5);
    expect(mints()).toBe(1);
    expect([await lifeLeft(), mints()]).toEqual([600, 0]);
    clouds.advance(505);
    expect(await lifeLeft()).toBe(95);
    clouds.advance(1);
    expect(await lifeLeft()).toBeUndefined();
    clouds.idTokens = 3600;
    clouds.advance(3);
    expect(await lifeLeft()).toBe(3600);
  });

  describe("a difference of clocks", () => {
    const cases: readonly [string, (now: number) => object, string][] = [
      ["expired 5 seconds ago", (now) => ({ exp: now - 5 }), "allowed"],
      ["expired 6 seconds ago", (now) => ({ exp: now - 6 }), "unauthenticated expired"],
      ["valid in 5 seconds", (now) => ({ nbf: now + 5 }), "allowed"],
      ["valid in 6 seconds", (now) => ({ nbf: now + 6 }), "unauthenticated not-yet-valid"],
      ["issued in 5 seconds", (now) => ({ iat: now + 5 }), "allowed"],
      ["issued in 6 seconds", (now) => ({ iat: now + 6 }), "unauthenticated not-yet-valid"],
    ];

    testAll(cases)("a token %s", async (_, times, expected) => {
      await clouds.hoursLater();
      expect(await arena.verdict(arena.web(undefined, { ...times(arena.customers.now()) }))).toBe(expected);
    });

    testAll([-4, 4])("of %i seconds between the function and both clouds: everything works", async (seconds) => {
      await arena.reset();
      arena.setClock(seconds);
      expect((await arena.send("/orders", { token: arena.web() })).status).toBe(200);
      expect((await arena.send("/products")).status).toBe(200);
    });
  });

  test("a remembered valid token is refused after it has expired", async () => {
    await clouds.hoursLater();
    const token = arena.web(undefined, { exp: arena.customers.now() + 100 });
    expect(await arena.verdict(token)).toBe("allowed");
    clouds.advance(90);
    expect(await arena.verdict(token)).toBe("allowed");
    clouds.advance(20);
    expect(await arena.verdict(token)).toBe("unauthenticated expired");
    expect(arena.api.isRefused(await arena.callers.ask(arena.bearerEvent(token)))).toBe(true);
  });
});
