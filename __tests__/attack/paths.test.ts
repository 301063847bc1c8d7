import fc from "fast-check";
import { requestEvent } from "../functions/authorizer/support/event";
import { Arena } from "./support/arena";
import { FORBIDDEN } from "./support/gateway-call";
import { attackedKind } from "./support/kind";

/** Paths on every route with a variable that `dev` has, scoped and public. */
let arena: Arena;
let routes: readonly string[];
beforeAll(async () => {
  arena = await Arena.open();
  routes = Object.keys(arena.callers.policy.routes).filter((route) => route.includes("{"));
}, 60_000);
afterAll(() => arena?.close());

/** Good for every route: the path alone decides. */
const authorizations = new Map<string, string>();
const authorizationFor = (route: string) => {
  const scopes = arena.callers.policy.routes[route]?.access;
  if (scopes === "public" || scopes === undefined) return undefined;
  const known = authorizations.get(route) ?? `Bearer ${tokenFor(scopes.scopes)}`;
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

/** Whether the route's own function lets the path pass. */
async function passes(route: string, path: string): Promise<boolean> {
  const authorization = authorizationFor(route);
  const artefact = authorization === undefined ? arena.anyone : arena.callers;
  const result = await artefact.ask(requestEvent({ routeKey: route, path, authorization }));
  if (result.kind === "error") throw new Error(`${route} ${JSON.stringify(path)}: nobody could tell`);
  return (result.value as { isAuthorized: boolean }).isAuthorized;
}

/** A path of the route in which this stands for each variable in turn. */
const pathsWith = (route: string, value: string) => {
  const path = route.slice(route.indexOf("/"));
  return path
    .split(/(\{[^}]+\})/)
    .flatMap((part, index, parts) =>
      part.startsWith("{")
        ? [parts.map((each, place) => (place === index ? value : each.replace(/\{.+\}/, "7"))).join("")]
        : [],
    );
};

const CONTROLS = [...Array(32).keys(), ...Array.from({ length: 33 }, (_, index) => 127 + index)];
const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  encoded: ["%65xport", "%2e%2e", "%2F", "%252F", "%5c", "%00", "%", "7%", "%u002e", "%c0%ae", "\uff056e"],
  doubled: ["/7", "7//8", "7/", "//"].map((value) => (value === "7/" ? "7//" : value)),
  dotted: [
    ".",
    "..",
    "...",
    "./7",
    "../7",
    "7/../8",
    "7/./8",
    "7/..",
    "\u2024\u2024",
    "\uff0e\uff0e",
    "\u2026",
    " .. ",
    ".. ",
  ],
  separated: ["7\\8", "..\\7", "7;v=1", "7;", "7?x", "7#x", "7\uff0f8", "7\uff3c8", "7\uff1b8", "7\u21008"],
  controlled: CONTROLS.flatMap((code) => [`7${String.fromCharCode(code)}`, `${String.fromCharCode(code)}7`]),
  invisible: [
    "7\u00ad",
    "\u200b7",
    "7\u200d",
    "7\u2028",
    "\u202e7",
    "7\ufeff",
    "\u3164",
    "7\ufe0f",
    "7\ufffd",
    "7\ud800",
    "\u2060",
  ],
};

describe("on every route with a variable a value is refused that is", () => {
  test.each(Object.entries(HOSTILE))(
    "%s",
    async (_, values) => {
      expect(routes.length).toBeGreaterThan(10);
      for (const route of routes) {
        for (const path of pathsWith(route, "7"))
          expect([route, path, await passes(route, path)]).toEqual([route, path, true]);
        for (const path of values.flatMap((value) => pathsWith(route, value))) {
          expect([route, path, await passes(route, path)]).toEqual([route, path, false]);
        }
      }
    },
    20_000,
  );
});

test("whatever else a value holds, it passes, unless it names another route of the service", async () => {
  const names = { "GET /accounts/{id}": "me", "GET /orders/{id}": "export", "GET /products/{sku}": "none" } as const;
  const value = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_~!$&'()*+,=:@-]{1,40}$/),
    fc.mixedCase(fc.constantFrom("me", "export", "mention", "exports", "ex-port")),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.entries(names)), value, async ([route, name], text) => {
      const expected = text.toLowerCase() !== name;
      for (const path of pathsWith(route, text)) expect([path, await passes(route, path)]).toEqual([path, expected]);
    }),
    { numRuns: 200, endOnFailure: true },
  );
});

describe("through the gateway, byte for byte, a path is refused", () => {
  test.each([
    ["/orders/%2565xport", "path-character"],
    ["/orders/%25%36%35xport", "path-character"],
    ["/orders/%2e%2e", "path-character"],
    ["/orders/7%00", "path-character"],
    ["/orders/7%0d%0aX-Caller-Scopes:%20x", "path-character"],
    ["/orders/%EF%BC%85", "path-character"],
    ["/orders/export%20", "path-ambiguous"],
    ["/orders/export%C2%A0", "path-ambiguous"],
    ["/orders/EXPORT", "path-ambiguous"],
    ["/orders/Export.CSV", "path-ambiguous"],
    ["/orders/%EF%BD%85xport", "path-ambiguous"],
    ["/orders/e%CC%81xport", "path-character"],
    ["/orders/%C3%A9xport", "path-ambiguous"],
  ])("%s", async (path, reason) => {
    const { status, body } = await arena.send(path, { token: arena.web(["orders/read"]) });
    expect({ status, body }).toEqual(FORBIDDEN);
    const lines = await arena.callers.lines();
    // A REST API hands the path to the authorizer with its escapes, which are refused as such.
    const told = attackedKind() === "rest" && path.includes("%") ? "path-character" : reason;
    expect(lines.at(-1)).toMatchObject({ route: "GET /orders/{id}", decision: "forbidden", reason: told });
  });

  test("below a narrower route too, where a framework may have mounted it", async () => {
    const token = tokenFor(["accounts/support"]);
    const send = async (path: string) => (await arena.send(path, { method: "POST", token })).status;
    expect([
      await send("/accounts/7/locks"),
      await send("/accounts/me/locks"),
      await send("/accounts/Me/locks"),
    ]).toEqual([200, 403, 403]);
  });
});

test("a path costs no call before it is refused, and no proof of who calls", async () => {
  await arena.reset();
  const event = requestEvent({ routeKey: "GET /orders/{id}", path: "/orders/EXPORT", authorization: "Bearer junk" });
  expect(await arena.callers.ask(event)).toMatchObject({
    value: { isAuthorized: false, context: { decision: "forbidden" } },
  });
  expect(arena.internet.take()).toEqual([]);
});
