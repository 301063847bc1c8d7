import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";

/**
 * Many concurrent requests in one process. Lambda sends an instance one at a time, but the function does not rely on
 * that.
 */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(async () => {
    await arena.reset();
    // The process runs, and has cached nothing yet.
    await Promise.all(
      [arena.callers, arena.anyone].map((artefact) => artefact.ask(arena.api.anyoneEvent("GET /none"))),
    );
    await Promise.all([arena.callers.lines(), arena.anyone.lines()]);
  });

  /** Requests of every kind of caller to two services, each with its own token. */
  function requests(count: number) {
    return Array.from({ length: count }, (_, index) => {
      const jti = { jti: `${index}` };
      const kinds = [
        () => arena.bearerEvent(arena.web(["orders/read"], jti)),
        () => arena.bearerEvent(arena.workforce.token({ ...arena.employeeClaims(["orders/read"]), ...jti })),
        () => arena.bearerEvent(arena.aws.token({ ...arena.nightlyClaims(), ...jti })),
        () => arena.bearerEvent(arena.web(["accounts/read"], jti), "GET /accounts/me"),
      ];
      return (kinds[index % kinds.length] as (typeof kinds)[0])();
    });
  }

  const count = (hosts: readonly string[], host: string) => hosts.filter((each) => each === host).length;

  test("100 cold requests make one exchange for each service and one fetch of each issuer's keys", async () => {
    const results = await arena.callers.askAll(requests(100));
    expect(results.filter(arena.api.isAllowed)).toHaveLength(100);
    const hosts = arena.internet.take();
    for (const cloud of arena.hosts.clouds) expect([cloud, count(hosts, cloud)]).toEqual([cloud, 2]);
    expect(count(hosts, arena.customers.host)).toBe(1);
    // A discovery document and a key set.
    expect([count(hosts, arena.workforce.host), count(hosts, arena.aws.host)]).toEqual([2, 2]);
    expect(await arena.callers.lines()).toHaveLength(100);
  });

  test("each of them gets its own service's token and its own caller's name", async () => {
    const results = await arena.callers.askAll(requests(100));
    const answers = results.map((result) => (result as { value: { context: Record<string, string> } }).value.context);
    const seen = new Map<string, number>();
    for (const { client = "", googleAuthorization = "", scopes = "" } of answers) {
      const payload = JSON.parse(Buffer.from(googleAuthorization.split(".")[1] ?? "", "base64url").toString());
      const line = [client, scopes, new URL(payload.aud).host.split(".")[0]].join(" ");
      seen.set(line, (seen.get(line) ?? 0) + 1);
    }
    expect(Object.fromEntries(seen)).toEqual({
      "customers/web orders/read storefront-dev-orders": 25,
      "customers/web accounts/read storefront-dev-accounts": 25,
      "workforce/0oa1example orders/read storefront-dev-orders": 25,
      "aws/arn:aws:iam::111122223333:role/nightly-export orders/export orders/read storefront-dev-orders": 25,
    });
    await arena.callers.lines();
  });

  test("invalid tokens among valid ones are refused, and do not affect the valid ones", async () => {
    const good = requests(60);
    const bad = Array.from({ length: 60 }, (_, index) =>
      arena.bearerEvent(
        index % 2 === 0 ? `junk.${index}.junk` : arena.web(["orders/read"], { exp: 1, jti: `${index}` }),
      ),
    );
    const mixed = good.flatMap((event, index) => [event, bad[index]]);
    const results = await arena.callers.askAll(mixed);
    expect([results.filter(arena.api.isAllowed).length, results.filter(arena.api.isRefused).length]).toEqual([60, 60]);
    await arena.callers.lines();
  });
});
