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

  test("opens nothing that only one of the two may call", async () => {
    const token = acting({ sub: agent() }, ["orders/read", "orders/write", "orders/export"]);
    const named = { client: "customers/web", actor: "customers/reporting-agent" };
    for (const [method, path] of [
      ["POST", "/orders"],
      ["GET", "/orders/export"],
    ] as const) {
      const { status, body } = await arena.send(path, { method, token });
      expect({ status, body }).toEqual(arena.api.forbidden);
      expect(await arena.callers.lines()).toMatchObject([{ ...named, decision: "forbidden", reason: "scope" }]);
    }
  });

  test("refuses an actor of another issuer, an undeclared one, and every form that RFC 8693 does not have", async () => {
    const { url } = arena.workforce;
    const acts: readonly unknown[] = [
      ...[{ sub: "0oa1example" }, { sub: "0oa1example", iss: url }, { sub: agent(), iss: url }],
      ...[{ sub: "another" }, { sub: "another", act: { sub: agent() } }, { act: { sub: agent() } }, {}],
      ...[agent(), [{ sub: agent() }], null, false, { sub: [agent()] }, { sub: "reporting-agent" }],
    ];
    const found = [];
    for (const act of acts) {
      const { status } = await arena.send("/orders", { token: acting(act) });
      const [line] = await arena.callers.lines();
      if (status !== arena.api.forbidden.status || line?.reason !== "actor-unknown") found.push([act, status, line]);
    }
    expect(found).toEqual([]);
    const employee = arena.workforce.token({ ...arena.employeeClaims(["orders/read"]), act: { sub: agent() } });
    expect((await arena.send("/orders", { token: employee })).status).toBe(arena.api.forbidden.status);
  });

  test("`may_act` lets no party act and takes no scope, and earlier actors inside `act` count neither way", async () => {
    const token = arena.web(["orders/read", "orders/write"], { may_act: { sub: agent() } });
    const first = callerIn((await arena.send("/orders", { token })).body);
    expect([first["x-caller-actor"], first["x-caller-scopes"]]).toEqual(["-", "orders/read orders/write"]);
    const nested = acting({ sub: agent(), act: { sub: "another", act: { sub: "0oa1example" } } });
    const second = callerIn((await arena.send("/orders", { token: nested })).body);
    expect([second["x-caller-actor"], second["x-caller-scopes"]]).toEqual(["customers/reporting-agent", "orders/read"]);
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
