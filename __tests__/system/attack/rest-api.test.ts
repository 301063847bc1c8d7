import { Arena } from "./support/arena";

/**
 * Attacks that only a REST API makes possible. Where AWS documents nothing, the stand-in assumes the worse behaviour.
 */
let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open("rest");
}, 60_000);
afterAll(() => arena?.close());
beforeEach(() => arena.clouds.gateway.resetAuthorizersCache());

const bearer = (token: string) => ["Authorization", `Bearer ${token}`];

interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
}

async function seen(path: string, headers: readonly string[], method = "GET"): Promise<Seen> {
  const { status, body } = await arena.sendAgain(path, { method, headers });
  expect(status).toBe(200);
  return body as Seen;
}

const values = ({ headers }: Seen, name: string) =>
  headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);

describe("another method by X-HTTP-Method-Override", () => {
  test("needs that method's own scope, regardless of the request's method and of cached results", async () => {
    const reader = bearer(arena.web(["orders/read"]));
    expect((await arena.sendAgain("/orders", { headers: reader })).status).toBe(200);
    const override = [...reader, "X-HTTP-Method-Override", "POST"];
    for (const method of ["GET", "OPTIONS", "POST"]) {
      const { status, body } = await arena.sendAgain("/orders", { method, headers: override });
      expect({ method, status, body }).toEqual({ method, ...arena.api.forbidden });
    }
  });

  test("with that scope reaches the service as that method, and without the header's value", async () => {
    const writer = bearer(arena.web(["orders/write"]));
    const found = await seen("/orders", [...writer, "x-http-method-override", "POST"]);
    expect([found.method, values(found, "x-http-method-override").join(""), values(found, "x-gateway-route")]).toEqual([
      "POST",
      "",
      ["POST /orders"],
    ]);
  });
});

describe("a cached answer", () => {
  test("for a token opens nothing on another path, method or route", async () => {
    const token = bearer(arena.web(["orders/read"]));
    expect((await arena.sendAgain("/orders/7", { headers: token })).status).toBe(200);
    for (const [method, path] of [
      ["GET", "/orders/export"],
      ["DELETE", "/orders/7"],
      ["GET", "/accounts/me"],
      ["POST", "/orders"],
    ] as const) {
      expect((await arena.sendAgain(path, { method, headers: token })).status).toBe(403);
    }
  });

  test("for a path with wildcards opens only exactly that path", async () => {
    const token = bearer(arena.web(["orders/read"]));
    for (const path of ["/orders/*", "/orders/?", "/orders/e*"]) await arena.sendAgain(path, { headers: token });
    expect((await arena.sendAgain("/orders/export", { headers: token })).status).toBe(403);
  });

  test("is replayed to a request with two Authorization headers if it was cached for the last one", async () => {
    const token = bearer(arena.web(["orders/read"]));
    const twice = ["Authorization", "Bearer junk", ...token];
    expect((await arena.sendAgain("/orders", { headers: twice })).status).toBe(arena.api.unauthenticated.status);
    expect((await arena.sendAgain("/orders", { headers: token })).status).toBe(200);
    // The cached one was verified; the other reaches no service.
    const found = await seen("/orders", twice);
    expect(values(found, "authorization").join("")).toBe("");
    expect(values(found, "x-caller-client")).toEqual([expect.any(String)]);
  });
});

describe("a header whose case differs from the mapping", () => {
  test("arrives before the gateway's own at the service, which must accept neither", async () => {
    const token = bearer(arena.web(["orders/read"]));
    const found = await seen("/orders", [...token, "x-caller-subject", "forged", "X-CALLER-SCOPES", "all"]);
    expect(values(found, "x-caller-subject")).toEqual(["forged", expect.not.stringContaining("forged")]);
    expect(values(found, "x-caller-scopes")).toEqual(["all", "orders/read"]);
  });

  test("of Google's own token is refused by Cloud Run, which accepts neither of two", async () => {
    const headers = [...bearer(arena.web(["orders/read"])), "x-serverless-authorization", "Bearer x"];
    expect([401, 403]).toContain((await arena.sendAgain("/orders", { headers })).status);
  });

  test("of Authorization, as HTTP/1.1 clients write it, forwards no token", async () => {
    const token = arena.web(["orders/read"]);
    expect(values(await seen("/orders", ["Authorization", `Bearer ${token}`]), "authorization").join("")).toBe("");
  });

  test.each(["authorization", "AUTHORIZATION"])("of %s forwards its own token, and no other caller's", async (name) => {
    const token = arena.web(["orders/read"]);
    const found = values(await seen("/orders", [name, `Bearer ${token}`]), "authorization");
    expect(found.filter((value) => value !== "")).toEqual([`Bearer ${token}`]);
  });

  test.each(["X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method", "X-Method-Override", "SCRIPT_NAME", "X-Script-Name"])(
    "%s, with which servers change the route, arrives empty, as mapped",
    async (name) => {
      const token = bearer(arena.web(["orders/read"]));
      expect(values(await seen("/orders", [...token, name, "/orders/export"]), name.toLowerCase()).join("")).toBe("");
    },
  );
});

describe("a path in another spelling", () => {
  test.each([
    "/orders/%65xport",
    "/orders/7%2F..%2Fexport",
    "/orders/7%3Fx",
    "/%6Frders/7",
    "/orders/7/",
    "/orders/./7",
  ])("%s, for a route with a variable, is refused or matches no route", async (path) => {
    const { status } = await arena.sendAgain(path, { headers: bearer(arena.web(["orders/read"])) });
    expect([403, 404]).toContain(status);
  });

  test.each(["/%6Frders", "/orders/"])("%s, for a route without one, reaches the declared path", async (path) => {
    expect((await seen(path, bearer(arena.web(["orders/read"])))).target).toBe("/orders");
  });

  // A cached policy names the path in one caller's spelling, so the path is part of the cache key.
  test.each(["/%70roducts", "/products/"])("%s does not close a public route to other callers", async (path) => {
    await arena.sendAgain(path);
    expect((await arena.sendAgain("/products")).status).toBe(200);
  });
});
