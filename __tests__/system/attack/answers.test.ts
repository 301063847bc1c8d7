import { requestEvent } from "../../support/authorizer/event";
import { testAll } from "../../support/test-all";
import { Arena } from "./support/arena";
import { answering } from "./support/internet";

/**
 * The function's answers to the documented events of payload format 2.0: yes and no, which the gateway caches, or an
 * error, which it does not cache.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open("http");
}, 60_000);
afterAll(() => arena?.close());

const NOBODY = {
  googleAuthorization: "-",
  subject: "-",
  client: "-",
  scopes: "-",
  issuer: "-",
  actor: "-",
  callerKind: "-",
};
const JWT = expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);

test("yes: a caller with a scope of the route", async () => {
  expect(await arena.callers.ask(arena.bearerEvent(arena.web(["orders/read", "orders/write", "openid"])))).toEqual({
    kind: "answer",
    value: {
      isAuthorized: true,
      context: {
        googleAuthorization: JWT,
        subject: "subject-canary-4b1d",
        client: "customers/web",
        scopes: "orders/read orders/write",
        issuer: "customers",
        actor: "-",
        callerKind: "client",
        decision: "allowed",
      },
    },
  });
});

test("yes: any caller on a public route", async () => {
  expect(await arena.anyone.ask(requestEvent({ routeKey: "GET /products" }))).toEqual({
    kind: "answer",
    value: {
      isAuthorized: true,
      context: {
        ...NOBODY,
        googleAuthorization: JWT,
        subject: "anonymous",
        actor: "-",
        callerKind: "anonymous",
        decision: "allowed",
      },
    },
  });
});

testAll<[string, () => string, object]>([
  ["an invalid token", () => "junk", { ...NOBODY, decision: "unauthenticated" }],
  ["a token that has expired", () => arena.web(undefined, { exp: 1 }), { ...NOBODY, decision: "unauthenticated" }],
  [
    "a caller without the scope: the answer has its name for the access log, but not its scopes",
    () => arena.web(["orders/write"]),
    {
      ...NOBODY,
      subject: "subject-canary-4b1d",
      client: "customers/web",
      issuer: "customers",
      actor: "-",
      callerKind: "client",
      decision: "forbidden",
    },
  ],
  [
    "a subject that is no client in config",
    () => arena.aws.token({ ...arena.nightlyClaims(), sub: "another-subject" }),
    { ...NOBODY, subject: "another-subject", issuer: "aws", decision: "forbidden" },
  ],
])("no: %s", async (_, token, context) => {
  expect(await arena.callers.ask(arena.bearerEvent(token()))).toEqual({
    kind: "answer",
    value: { isAuthorized: false, context },
  });
});

test("no, for every caller: routes that the policy does not list, including the documentation's own example", async () => {
  const value = { isAuthorized: false, context: { ...NOBODY, decision: "forbidden" } };
  for (const routeKey of [
    "$default",
    "GET /unlisted",
    "GET /Orders",
    "OPTIONS /orders",
    "ANY /carts/{id}",
    "GET /orders/{order}",
  ]) {
    expect([routeKey, await arena.callers.ask(arena.bearerEvent(arena.web(), routeKey))]).toEqual([
      routeKey,
      { kind: "answer", value },
    ]);
    expect([routeKey, await arena.anyone.ask(requestEvent({ routeKey }))]).toEqual([
      routeKey,
      { kind: "answer", value },
    ]);
  }
});

describe("an error without details, if a call cannot be decided", () => {
  const nothing = { kind: "error", message: "unavailable" };

  test("a cloud that fails", async () => {
    await arena.reset();
    arena.internet.intercept(arena.hosts.iam, answering(403, "detail"));
    expect(await arena.callers.ask(arena.bearerEvent(arena.web()))).toEqual(nothing);
    expect(await arena.anyone.ask(requestEvent({ routeKey: "GET /products" }))).toEqual(nothing);
  });

  test("an issuer that fails", async () => {
    await arena.reset();
    arena.internet.intercept(arena.customers.host, answering(403, "detail"));
    expect(await arena.callers.ask(arena.bearerEvent(arena.web()))).toEqual(nothing);
  });

  test("a route of the other function", async () => {
    expect(await arena.callers.ask(arena.bearerEvent(arena.web(), "GET /products"))).toEqual(nothing);
    expect(await arena.anyone.ask(arena.bearerEvent(arena.web()))).toEqual(nothing);
  });

  test("an event of another shape: payload format 1.0, one without context, and none at all", async () => {
    await arena.reset();
    await arena.callers.ask(arena.bearerEvent(arena.web()));
    const event = requestEvent({ routeKey: "GET /orders", authorization: `Bearer ${arena.web()}` });
    const { authorization: identitySource = "" } = event.headers ?? {};
    const version1 = {
      version: "1.0",
      type: "REQUEST",
      methodArn: event.routeArn,
      identitySource,
      authorizationToken: identitySource,
    };
    const others = [
      version1,
      {},
      [],
      { ...event, identitySource },
      { ...event, requestContext: undefined, routeKey: undefined },
    ];
    const processes = arena.callers.processes;
    for (const other of others) expect(await arena.callers.ask(other)).toEqual(nothing);
    expect(arena.callers.processes).toEqual(processes);
    expect((await arena.callers.ask(event)).kind).toBe("answer");
  });
});

test("a refusal reveals nothing about what would have worked: all refusals have the same bytes", async () => {
  await arena.reset();
  const now = arena.customers.now();
  const refusals: [string, string][] = [
    ["/orders/export", arena.web()],
    ["/orders/export", arena.web(["orders/export"])],
    ["/orders", arena.web([])],
    ["/orders", arena.web(["orders/read"], { exp: now - 60 })],
    ["/orders", arena.web(["orders/read"], { client_id: "another" })],
    ["/orders", arena.web(["orders/read"], { iss: "https://evil.example" })],
    ["/orders", arena.customers.token(arena.webClaims(), { header: { kid: "unknown" } })],
    ["/orders", arena.customers.token(arena.webClaims(), { header: { alg: "none" } })],
    [
      "/orders",
      arena.customers.token(arena.webClaims(), { pair: { ...arena.workforce.pair, jwk: arena.customers.pair.jwk } }),
    ],
    ["/orders", arena.aws.token({ ...arena.nightlyClaims(), sub: "another" })],
    ["/orders", arena.aws.token({ ...arena.nightlyClaims(), aud: "another" })],
    ["/orders/EXPORT", arena.web()],
    ["/accounts/me", arena.workforce.token(arena.employeeClaims(["orders/read"]))],
    ["/orders", "junk"],
  ];
  const answers: string[] = [];
  for (const [path, token] of refusals) {
    const { status: code, headers, body } = await arena.send(path, { token });
    const { "apigw-requestid": _, date: __, ...rest } = headers;
    answers.push(JSON.stringify([code, rest, body]));
  }
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0] ?? "")).toMatchObject([arena.api.forbidden.status, {}, arena.api.forbidden.body]);
  // They are refused for as many different reasons, which only the log shows.
  expect(new Set((await arena.callers.lines()).map(({ reason }) => reason)).size).toBeGreaterThanOrEqual(11);
});
