import { KINDS } from "./support/api-kind";
import { Arena, SUBJECT } from "./support/arena";

interface Seen {
  readonly headers: readonly (readonly [string, string])[];
}

/** Tokens by which one client acts for another's subject (`act`), through both kinds of API. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => arena.reset());

  const agent = () => arena.callers.variables.CLIENT_REPORTING_AGENT ?? "";
  const acting = (act: unknown, scopes = ["orders/read", "orders/write"]) => arena.web(scopes, { act });
  const callerIn = (body: unknown) =>
    Object.fromEntries(
      (body as Seen).headers
        .filter(([name]) => /^x-caller-/i.test(name))
        .map(([name, value]) => [name.toLowerCase(), value]),
    );
  const lastLine = () => JSON.parse(arena.accessLog.at(-1) ?? "{}") as Record<string, unknown>;

  test("names person, client and actor in headers, access log and authorizer log, with the scopes that both have", async () => {
    const { status, body } = await arena.send("/orders", { token: acting({ sub: agent() }) });
    expect(status).toBe(200);
    expect(callerIn(body)).toEqual({
      "x-caller-subject": SUBJECT,
      "x-caller-client": "customers/web",
      "x-caller-actor": "customers/reporting-agent",
      "x-caller-scopes": "orders/read",
      "x-caller-issuer": "customers",
    });
    const named = { client: "customers/web", actor: "customers/reporting-agent" };
    expect(lastLine()).toMatchObject({ ...named, subject: SUBJECT, decision: "allowed" });
    expect(await arena.callers.lines()).toMatchObject([{ ...named, decision: "allowed" }]);
  });

  test("a cached answer for the subject's own token opens nothing for the one by which another acts", async () => {
    const own = arena.web(["orders/read", "orders/write"]);
    const other = acting({ sub: agent() });
    expect((await arena.sendAgain("/orders", { method: "POST", token: own })).status).toBe(200);
    expect((await arena.sendAgain("/orders", { method: "POST", token: other })).status).toBe(
      arena.api.forbidden.status,
    );
  });

  test("overwrites a caller's own X-Caller-Actor", async () => {
    // A REST API passes other spellings on (docs/reference/api-kinds.md#what-a-service-can-believe-behind-a-rest-api).
    const forged = ["X-Caller-Actor", ...(kind === "http" ? ["x-caller-actor", "X-CALLER-ACTOR"] : [])];
    const folded = kind === "http" ? ["X_Caller_Actor", "X-Caller_Actor", "X_Caller-Actor", "x_caller_actor"] : [];
    for (const [token, actor] of [
      [arena.web(), "-"],
      [acting({ sub: agent() }), "customers/reporting-agent"],
    ] as const) {
      const headers = ["Authorization", `Bearer ${token}`, ...[...forged, ...folded].flatMap((name) => [name, "root"])];
      const { status, body } = await arena.send("/orders", { headers });
      expect(status).toBe(200);
      const found = (body as Seen).headers.filter(([name]) => /^x[-_]caller[-_]actor$/i.test(name));
      expect(found.map(([, value]) => value)).toEqual([actor]);
    }
  });
});
