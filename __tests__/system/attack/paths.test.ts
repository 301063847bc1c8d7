import { scopesNamed } from "../../../contract/scope-need";
import { HOSTILE, pathsWith } from "../../support/authorizer/hostile-paths";
import { testAll } from "../../support/test-all";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";

/** Paths on every route with a variable that `dev` has, scoped and public. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  let routes: readonly string[];
  beforeAll(async () => {
    arena = await Arena.open(kind);
    routes = Object.keys(arena.callers.policy.routes).filter((route) => route.includes("{"));
  }, 60_000);
  afterAll(() => arena?.close());

  /** Tokens that are valid for every route, so that only the path decides. */
  const authorizations = new Map<string, string>();
  const authorizationFor = (route: string) => {
    const scopes = arena.callers.policy.routes[route]?.access;
    if (scopes === "public" || scopes === undefined) return undefined;
    const known = authorizations.get(route) ?? `Bearer ${tokenFor(scopesNamed(scopes.scopes))}`;
    authorizations.set(route, known);
    return known;
  };

  function tokenFor(scopes: readonly string[]): string {
    const { customers, workforce, callers } = arena;
    if (scopes.includes("catalog/write")) return workforce.token(arena.employeeClaims(scopes));
    const clientId = scopes[0]?.endsWith("/support")
      ? callers.variables.CLIENT_SUPPORT_DESK
      : callers.variables.CLIENT_WEB;
    return customers.token({ ...arena.webClaims(scopes), client_id: clientId });
  }

  /** Whether the route's own function allows the path. */
  async function passes(route: string, path: string): Promise<boolean> {
    const authorization = authorizationFor(route);
    const artefact = authorization === undefined ? arena.anyone : arena.callers;
    const result = await artefact.ask(arena.api.pathEvent({ routeKey: route, path, authorization }));
    if (result.kind === "error") throw new Error(`${route} ${JSON.stringify(path)}: nobody could tell`);
    return arena.api.isAllowed(result);
  }

  // All values of each kind: `unit/functions/authorizer/request/path-rule.test.ts`.
  test("on every route with a variable the deployed artefact refuses a value of each hostile kind", async () => {
    expect(routes.length).toBeGreaterThan(10);
    const differences: string[] = [];
    const expected = async (route: string, path: string, isPassed: boolean) => {
      if ((await passes(route, path)) !== isPassed) differences.push(`${route}: ${JSON.stringify(path)}`);
    };
    for (const route of routes) {
      for (const path of pathsWith(route, "7")) await expected(route, path, true);
      for (const values of Object.values(HOSTILE)) {
        for (const path of pathsWith(route, values[0] ?? "")) await expected(route, path, false);
      }
    }
    expect(differences).toEqual([]);
  });

  describe("through the gateway, byte for byte, a path is refused", () => {
    testAll([
      ["/orders/%2565xport", "path-character"],
      ["/orders/%2e%2e", "path-character"],
      ["/orders/7%00", "path-character"],
      ["/orders/%C4%B0", "path-character"],
      ["/orders/export%20", "path-ambiguous"],
      ["/orders/EXPORT", "path-ambiguous"],
      ["/orders/%EF%BD%85xport", "path-ambiguous"],
    ])("%s", async (path, reason) => {
      const { status, body } = await arena.send(path, { token: arena.web(["orders/read"]) });
      expect({ status, body }).toEqual(arena.api.forbidden);
      const lines = await arena.callers.lines();
      // A REST API hands the path to the authorizer with its escapes, which are refused as such.
      const told = kind === "rest" && path.includes("%") ? "path-character" : reason;
      expect(lines.at(-1)).toMatchObject({ route: "GET /orders/{id}", decision: "forbidden", reason: told });
    });

    test("also below a narrower route, where a framework may have mounted it", async () => {
      const token = tokenFor(["accounts/support"]);
      const send = async (path: string) => (await arena.send(path, { method: "POST", token })).status;
      expect([
        await send("/accounts/7/locks"),
        await send("/accounts/me/locks"),
        await send("/accounts/Me/locks"),
      ]).toEqual([200, 403, 403]);
    });
  });

  test("a path is refused without an outbound call, and before the token is checked", async () => {
    await arena.reset();
    const asked = { routeKey: "GET /orders/{id}", path: "/orders/EXPORT", authorization: "Bearer junk" };
    expect(await arena.callers.ask(arena.api.pathEvent(asked))).toMatchObject({
      value: { context: { decision: "forbidden" } },
    });
    expect(arena.internet.take()).toEqual([]);
  });
});
