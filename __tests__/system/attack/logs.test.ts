import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";

/** What a log shows that a request could disturb. Each line: `unit/functions/authorizer/request/log.test.ts`. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => arena.reset());

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
