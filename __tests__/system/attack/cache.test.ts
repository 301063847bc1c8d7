import { stackOf } from "../../support/local/document";
import fc from "../../support/properties";
import { testAll } from "../../support/test-all";
import { Arena } from "./support/arena";
import { type Asked, AUTHORIZERS, CacheKeys, goodRequest, ReplayingGateway } from "./support/replay";

const keys = new CacheKeys(stackOf());
let arena: Arena;
let token: string;
beforeAll(async () => {
  arena = await Arena.open("http");
  token = arena.web();
}, 60_000);
afterAll(() => arena?.close());

const functionOf = (name: string) => (name.startsWith("scoped") ? arena.callers : arena.anyone);
const ask = (name: string, asked: Asked) => functionOf(name).ask(keys.eventOf(name, asked));

test("the stack has these four authorizers, and every route has one of them", () => {
  expect([...keys.names].sort()).toEqual([...AUTHORIZERS].sort());
  const routes = AUTHORIZERS.flatMap((name) => keys.routesOf(name));
  expect([...routes].sort()).toEqual(Object.keys(arena.callers.policy.routes).sort());
});

describe("the key contains everything on which an answer depends", () => {
  /** A route for which the same function has another answer. */
  const otherRoute = {
    scoped: "POST /orders",
    scoped_path: "DELETE /orders/{id}",
    public: "GET /unlisted",
    public_path: "GET /images/{path+}",
  };
  const changes = (name: (typeof AUTHORIZERS)[number]): [string, Partial<Asked>][] => [
    ["policy", { policy: "p2" }],
    ["route", { routeKey: otherRoute[name] }],
    ...(name.startsWith("scoped") ? ([["token", { authorization: "Bearer junk" }]] as [string, Partial<Asked>][]) : []),
    ...(name.endsWith("path")
      ? ([["path", { path: `${goodRequest(name, token).path};x` }]] as [string, Partial<Asked>][])
      : []),
  ];

  testAll(AUTHORIZERS)("%s", async (name) => {
    const asked = goodRequest(name, token);
    const allowed = await ask(name, asked);
    expect(allowed).toMatchObject({ value: { isAuthorized: true } });
    for (const [what, change] of changes(name)) {
      const changed = { ...asked, ...change };
      expect([what, keys.keyOf(name, changed)]).not.toEqual([what, keys.keyOf(name, asked)]);
      const answer = await ask(name, changed);
      // The policy's hash represents the function's own policy, which an event cannot change.
      const isAuthorized = what === "policy";
      expect([what, answer]).toMatchObject([what, { kind: "answer", value: { isAuthorized } }]);
    }
  });
});

test("nothing else in a request changes an answer", async () => {
  const noise = fc.record({
    headers: fc.dictionary(fc.stringMatching(/^x-[a-z-]{1,20}$/), fc.string()),
    cookies: fc.array(fc.string()),
    rawQueryString: fc.string(),
    queryStringParameters: fc.dictionary(fc.string(), fc.string()),
    pathParameters: fc.dictionary(fc.constantFrom("id", "sku", "proxy"), fc.string()),
    sourceIp: fc.ipV4(),
    userAgent: fc.string(),
    timeEpoch: fc.nat(),
    other: fc.string(),
  });
  const before = new Map<string, unknown>();
  for (const name of AUTHORIZERS) before.set(name, await ask(name, goodRequest(name, token)));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...AUTHORIZERS),
      noise,
      async (name, { sourceIp, userAgent, timeEpoch, other, headers, ...rest }) => {
        const event = keys.eventOf(name, goodRequest(name, token));
        const { http } = event.requestContext;
        const requestContext = { ...event.requestContext, timeEpoch, http: { ...http, sourceIp, userAgent } };
        const noisy = { ...event, ...rest, headers: { ...headers, ...event.headers }, requestContext, other };
        expect(await functionOf(name).ask(noisy)).toEqual(before.get(name));
      },
    ),
    { numRuns: 150, endOnFailure: true },
  );
});

test("a gateway that replays by these keys gives the same answers as one that calls the function each time", async () => {
  const tokens = [token, arena.web(["orders/write"]), arena.web(["orders/read"], { exp: 1 })].map(
    (each) => `Bearer ${each}`,
  );
  const paths: readonly [string, readonly string[]][] = [
    ["GET /orders", ["/orders"]],
    ["POST /orders", ["/orders"]],
    ["GET /orders/{id}", ["/orders/7", "/orders/EXPORT"]],
    ["GET /carts/{id}", ["/carts/7", "/carts/."]],
    ["GET /products", ["/products"]],
    ["GET /products/{sku}", ["/products/7", "/products/a;b"]],
  ];
  // Values that could be mistaken for another identity source.
  const lookalikes = ["GET /orders", "/orders/7", "GET /products/{sku}", "/products/7", "p1"];
  const asked = fc
    .tuple(fc.constantFrom(...paths), fc.nat(1), fc.constantFrom(...tokens, ...lookalikes), fc.constantFrom("p1", "p2"))
    .map(([[routeKey, options], index, authorization, policy]): Asked => {
      return { routeKey, path: options[index % options.length] ?? "", authorization, policy };
    });
  let replays = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 30, maxLength: 30 }), async (sequence) => {
      const gateway = new ReplayingGateway();
      for (const request of sequence) {
        const name = keys.nameFor(request.routeKey);
        const key = keys.keyOf(name, request);
        if (key === undefined) continue;
        const answer = await ask(name, request);
        const replayed = gateway.replay(key);
        if (replayed !== undefined) {
          replays += 1;
          expect(replayed).toEqual(answer);
        }
        gateway.keep(key, answer);
      }
    }),
    { numRuns: 20, endOnFailure: true },
  );
  expect(replays).toBeGreaterThan(50);
});
