import { createHash } from "node:crypto";
import { KINDS } from "./support/api-kind";
import { Arena, SUBJECT } from "./support/arena";
import { answering } from "./support/internet";

/** What is logged about a decision. `secrecy.test.ts` tests what never is. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => arena.reset());

  const SUBJECT_HASH = createHash("sha256").update(SUBJECT).digest("hex").slice(0, 16);
  const anyNumber = expect.any(Number);

  describe("one decision is one line of JSON with exactly these fields", () => {
    test("allowed, cold and then warm", async () => {
      const token = arena.web();
      const cold = await arena.send("/orders", { token });
      const warm = await arena.send("/orders", { token });
      const [first, second, ...more] = await arena.callers.lines();
      const line = {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: "INFO",
        route: "GET /orders",
        service: "orders",
        decision: "allowed",
        issuer: "customers",
        client: "customers/web",
        subject: SUBJECT_HASH,
        milliseconds: { verify: anyNumber, mint: anyNumber, total: anyNumber },
      };
      expect(first).toEqual({
        ...line,
        // Cached keys take no time.
        milliseconds: { ...line.milliseconds, keys: anyNumber },
        requestId: cold.headers[arena.api.requestId],
        cacheHits: { token: false, googleToken: false },
      });
      expect(second).toEqual({
        ...line,
        requestId: warm.headers[arena.api.requestId],
        cacheHits: { token: true, googleToken: true },
      });
      expect(more).toEqual([]);
    });

    test("each step has its own milliseconds, and the total is at least the longest", async () => {
      await arena.callers.ask(arena.bearerEvent(arena.web()));
      const [line] = await arena.callers.lines();
      const { total, ...steps } = (line?.milliseconds ?? {}) as Record<string, number>;
      expect(Object.keys(steps).sort()).toEqual(["keys", "mint", "verify"]);
      expect(total).toBeGreaterThanOrEqual(Math.max(...Object.values(steps)));
      expect(Math.min(...Object.values(steps))).toBeGreaterThanOrEqual(0);
    });

    test.each<[string, () => Promise<unknown>, Record<string, unknown>]>([
      [
        "unauthenticated, before the issuer is known",
        () => arena.send("/orders", { token: "junk" }),
        {
          level: "WARN",
          decision: "unauthenticated",
          reason: "token-shape",
          milliseconds: { total: anyNumber },
          cacheHits: {},
        },
      ],
      [
        "unauthenticated by an issuer's rules",
        () => arena.send("/orders", { token: arena.web(undefined, { exp: 1 }) }),
        {
          level: "WARN",
          decision: "unauthenticated",
          reason: "expired",
          issuer: "customers",
          milliseconds: { keys: anyNumber, verify: anyNumber, total: anyNumber },
          cacheHits: {},
        },
      ],
      [
        "forbidden: a client without the scope",
        () => arena.send("/orders", { token: arena.web([]) }),
        {
          level: "WARN",
          decision: "forbidden",
          reason: "scope",
          issuer: "customers",
          client: "customers/web",
          subject: SUBJECT_HASH,
          milliseconds: { keys: anyNumber, verify: anyNumber, total: anyNumber },
          cacheHits: { token: false },
        },
      ],
      [
        "unavailable, with the status of the cloud that refused",
        () => {
          arena.internet.intercept(arena.hosts.sts, answering(403, "who knows"));
          return arena.send("/orders", { token: arena.web() });
        },
        {
          level: "ERROR",
          decision: "unavailable",
          reason: "token-exchange",
          upstreamStatus: 403,
          issuer: "customers",
          milliseconds: { keys: anyNumber, verify: anyNumber, mint: anyNumber, total: anyNumber },
          cacheHits: { token: false },
        },
      ],
    ])("%s", async (_, act, fields) => {
      await act();
      const common = {
        timestamp: expect.any(String),
        requestId: expect.stringMatching(/=$/),
        route: "GET /orders",
        service: "orders",
      };
      expect(await arena.callers.lines()).toEqual([{ ...common, ...fields }]);
    });

    test("a route that the policy does not list is not named, because the gateway chooses its key", async () => {
      await arena.callers.ask(arena.bearerEvent("junk", "GET /unlisted"));
      expect(await arena.callers.lines()).toMatchObject([
        { route: "-", service: "-", decision: "forbidden", reason: "route-unknown" },
      ]);
    });
  });

  test("a replayed answer has no line: the only line has the id of the request that filled the cache", async () => {
    const token = arena.web();
    const filled = await arena.send("/orders", { token });
    const replayed = [await arena.sendAgain("/orders", { token }), await arena.sendAgain("/orders", { token })];
    expect(replayed.map(({ status }) => status)).toEqual([200, 200]);
    expect(await arena.callers.lines()).toMatchObject([
      { requestId: filled.headers[arena.api.requestId], route: "GET /orders", client: "customers/web" },
    ]);
    // They join it by route and client.
    const access = arena.accessLog.slice(-2).map((line) => JSON.parse(line));
    expect(access).toMatchObject(
      replayed.map(({ headers }) => ({
        requestId: headers[arena.api.requestId],
        route: "GET /orders",
        client: "customers/web",
      })),
    );
  });

  test("no value of a request can create a second line or another field", async () => {
    const forged = '","level":"INFO","decision":"allowed"}\n{"level":"INFO","decision":"allowed","x":"';
    const event = arena.bearerEvent(`${forged}.a.b`);
    const requestContext = { ...event.requestContext, requestId: forged, extendedRequestId: forged };
    await arena.callers.ask({
      ...event,
      requestContext,
      rawQueryString: forged,
      headers: { ...event.headers, "x-request-id": forged },
    });
    const token = arena.web(undefined, { sub: `sub${forged}`, jti: forged });
    await arena.callers.ask(arena.bearerEvent(token));
    const lines = await arena.callers.lines();
    expect(lines.map(({ decision }) => decision)).toEqual(["unauthenticated", "unauthenticated"]);
  });

  test("a subject cannot write a field of the gateway's own log", async () => {
    const subjects = ['ann","decision":"allowed","client":"aws/admin","z":"', "acme\\ann", 'ann"'];
    for (const sub of subjects) await arena.send("/orders", { token: arena.web(undefined, { sub }) });
    await arena.callers.lines();
    const access = arena.accessLog.slice(-subjects.length).map((line) => JSON.parse(line));
    expect(access.map(({ status, client, subject }) => [status, client, subject])).toEqual(
      subjects.map(() => [expect.stringMatching(/^40[13]$/), "-", "-"]),
    );
  });
});
