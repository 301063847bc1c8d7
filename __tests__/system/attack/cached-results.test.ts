import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";

/** The effect of the cache keys, seen from outside. `cache.test.ts` tests their content. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => arena.callers.lines());

  test("the gateway's stand-in, which caches results, gives each request the status it would get alone", async () => {
    const tokens = [arena.web(["orders/write", "accounts/read"]), arena.web(["accounts/write"]), "junk", undefined];
    const requests = [
      "GET /accounts/me",
      "PATCH /accounts/me",
      "GET /carts/7",
      "PUT /carts/7",
      "GET /carts/a;b",
      "POST /orders",
    ];
    const all = requests.flatMap((request) =>
      tokens.map((each) => [...request.split(" "), each] as [string, string, string]),
    );
    const alone: number[] = [];
    for (const [method, path, each] of all) alone.push((await arena.send(path, { method, token: each })).status);
    arena.clouds.gateway.resetAuthorizersCache();
    for (const round of ["asked", "replayed"]) {
      const found: number[] = [];
      for (const [method, path, each] of all) found.push((await arena.sendAgain(path, { method, token: each })).status);
      expect([round, found]).toEqual([round, alone]);
    }
    expect(new Set(alone)).toEqual(new Set([200, 401, 403]));
  });

  // The steps of `npx front-door revoke`, in order: the function's variable, then the stage's.
  test("after a revocation, no cached result answers the caller", async () => {
    const web = arena.web();
    const role = arena.aws.token(arena.nightlyClaims());
    const calls = async () => {
      const statuses: number[] = [];
      for (const token of [web, role]) statuses.push((await arena.sendAgain("/orders", { token })).status);
      return statuses;
    };
    expect(await calls()).toEqual([200, 200]);
    arena.callers.setVariable("REVOKED_CALLERS", JSON.stringify(["customers/web"]));
    // The cached result still answers, which is why the second step is needed.
    expect(await calls()).toEqual([200, 200]);
    arena.setPolicyVariable("revoked-20261125T120000Z");
    expect(await calls()).toEqual([403, 200]);
    // Another token of the same caller and another route are refused too. A public route stays open.
    expect((await arena.sendAgain("/orders", { token: arena.web(["orders/read", "orders/write"]) })).status).toBe(403);
    expect((await arena.sendAgain("/orders/7", { token: web })).status).toBe(403);
    expect((await arena.sendAgain("/products", { token: web })).status).toBe(200);
    const reasons = (await arena.callers.lines()).flatMap(({ reason, client }) => (reason ? [[reason, client]] : []));
    expect(reasons).toEqual(Array(3).fill(["client-revoked", "customers/web"]));
  });

  test("if the list cannot be read, no caller is allowed, and that result is not cached", async () => {
    arena.callers.setVariable("REVOKED_CALLERS", "customers/web");
    expect((await arena.send("/orders", { token: arena.web() })).status).toBe(500);
    arena.callers.setVariable("REVOKED_CALLERS", "[]");
    expect((await arena.sendAgain("/orders", { token: arena.web() })).status).toBe(200);
  });
});
