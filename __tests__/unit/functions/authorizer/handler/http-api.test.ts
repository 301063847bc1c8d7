import type { APIGatewayRequestAuthorizerEventV2 as Event } from "aws-lambda";
import { clouds, googleIdToken } from "../../../../support/authorizer/clouds";
import { requestEvent } from "../../../../support/authorizer/event";
import { httpApi, REFUSED } from "../../../../support/authorizer/http-api";
import { TestIssuer } from "../../../../support/authorizer/issuer";
import { COGNITO_URL } from "../../../../support/authorizer/policy";
import { testAll } from "../../../../support/test-all";

let cognito: TestIssuer;
beforeAll(async () => {
  cognito = await TestIssuer.create(COGNITO_URL);
});

const { handler, token } = httpApi(() => cognito);

test("an allowed caller gets every context key", async () => {
  const { answer, log } = handler("callers");
  expect(await answer(requestEvent({ routeKey: "GET /orders", authorization: await token() }))).toEqual({
    isAuthorized: true,
    context: {
      googleAuthorization: `Bearer ${googleIdToken()}`,
      subject: "ann",
      client: "customers/web",
      scopes: "orders/read orders/write",
      issuer: "customers",
      actor: "-",
      callerKind: "client",
      decision: "allowed",
    },
  });
  expect(log()).toMatchObject([
    { requestId: "JKJaXmPLvHcESHA=", route: "GET /orders", service: "orders", decision: "allowed" },
  ]);
});

test("a public route gets every context key", async () => {
  const { answer, log } = handler("public");
  expect(await answer(requestEvent({ routeKey: "GET /products" }))).toEqual({
    isAuthorized: true,
    context: {
      ...REFUSED,
      googleAuthorization: expect.stringMatching(/^Bearer /),
      subject: "anonymous",
      actor: "-",
      callerKind: "anonymous",
      decision: "allowed",
    },
  });
  expect(log()).toMatchObject([{ route: "GET /products", service: "catalog", decision: "allowed" }]);
});

test("an invalid token gets 403 and no hint", async () => {
  const { answer, log } = handler("callers");
  expect(await answer(requestEvent({ routeKey: "GET /orders", authorization: await token({ exp: 1 }) }))).toEqual({
    isAuthorized: false,
    context: { ...REFUSED, decision: "unauthenticated" },
  });
  expect(log()).toMatchObject([{ decision: "unauthenticated", reason: "expired" }]);
});

test("a valid token without the scope gets 403, with the caller and no scopes", async () => {
  const { answer, log } = handler("callers");
  const event = requestEvent({ routeKey: "POST /orders", authorization: await token({ scope: "orders/read" }) });
  expect(await answer(event)).toEqual({
    isAuthorized: false,
    context: {
      ...REFUSED,
      subject: "ann",
      client: "customers/web",
      issuer: "customers",
      actor: "-",
      callerKind: "client",
      decision: "forbidden",
    },
  });
  expect(log()).toMatchObject([{ decision: "forbidden", reason: "scope", client: "customers/web" }]);
});

test("a call that cannot be decided throws, so it is never cached, and the error reveals nothing", async () => {
  const { answer, log } = handler("callers", clouds({ sts: () => ({ status: 403, body: "detail" }) }));
  const event = requestEvent({ routeKey: "GET /orders", authorization: await token() });
  await expect(answer(event)).rejects.toThrow(/^unavailable$/);
  expect(log()).toMatchObject([{ level: "ERROR", reason: "token-exchange", upstreamStatus: 403 }]);
});

testAll([
  ...["GET /unknown", "GET /constructor", "__proto__", "constructor", "$default"],
  // Methods that the policy does not list for the path.
  ...["HEAD /orders", "OPTIONS /orders", "get /orders", "HEAD /products", "OPTIONS /products", "get /products"],
])("the route %s, which the policy does not list, is denied by both functions", async (routeKey) => {
  for (const kind of ["callers", "public"] as const) {
    const { answer, log } = handler(kind);
    expect(await answer(requestEvent({ routeKey, authorization: await token() }))).toEqual({
      isAuthorized: false,
      context: { ...REFUSED, decision: "forbidden" },
    });
    expect(log()).toMatchObject([{ route: "-", service: "-", reason: "route-unknown" }]);
  }
});

test("each function fails on the other's routes without a call to a cloud", async () => {
  const publicFunction = handler("public");
  const scoped = requestEvent({ routeKey: "GET /orders", authorization: await token() });
  await expect(publicFunction.answer(scoped)).rejects.toThrow("unavailable");
  const callers = handler("callers");
  await expect(
    callers.answer(requestEvent({ routeKey: "GET /products", authorization: await token() })),
  ).rejects.toThrow();
  expect([...publicFunction.log(), ...callers.log()]).toMatchObject([
    { reason: "route-kind" },
    { reason: "route-kind" },
  ]);
  expect([...publicFunction.cloud.requests, ...callers.cloud.requests]).toEqual([]);
});

describe("the Authorization header", () => {
  const withHeaders = (event: Event, headers: Record<string, string>, sources: readonly string[]): Event => ({
    ...event,
    headers,
    identitySource: [...sources, ...event.identitySource],
  });

  test("is accepted in any case", async () => {
    const value = await token();
    const event = withHeaders(requestEvent({ routeKey: "GET /orders" }), { AUTHORIZATION: value }, [value]);
    expect((await handler("callers").answer(event)).isAuthorized).toBe(true);
  });

  test("is refused twice, and throws if the cache key has only one of the two", async () => {
    const [one, two] = [await token(), await token({ sub: "bob" })];
    const base = requestEvent({ routeKey: "GET /orders" });
    const headers = { authorization: one, Authorization: two };
    const { answer, log } = handler("callers");
    expect((await answer(withHeaders(base, headers, [one, two]))).isAuthorized).toBe(false);
    await expect(answer(withHeaders(base, headers, [one]))).rejects.toThrow();
    expect(log()).toMatchObject([{ reason: "authorization-count" }, { reason: "identity-sources" }]);
  });

  test("is refused if the gateway joined two values", async () => {
    const joined = `${await token()},${await token()}`;
    const { answer, log } = handler("callers");
    expect((await answer(requestEvent({ routeKey: "GET /orders", authorization: joined }))).isAuthorized).toBe(false);
    expect(log()).toMatchObject([{ reason: "token-shape" }]);
  });

  test("is ignored on a public route", async () => {
    const event = requestEvent({ routeKey: "GET /products", authorization: "Bearer junk" });
    expect(await handler("public").answer(event)).toMatchObject({
      isAuthorized: true,
      context: { subject: "anonymous" },
    });
  });
});

testAll(["/orders/%37", "/ORDERS/7", "/orders/7/", "/orders/7/8", "/orders"])(
  "two different paths in one event are refused: %s",
  async (path) => {
    const event = requestEvent({ routeKey: "GET /orders/{id}", path: "/orders/7", authorization: await token() });
    const context = { ...event.requestContext, http: { ...event.requestContext.http, path } };
    const { answer, log } = handler("callers");
    expect((await answer({ ...event, requestContext: context })).isAuthorized).toBe(false);
    expect(log()).toMatchObject([{ reason: "path-mismatch" }]);
  },
);

test("no log line and no refusal contains a token", async () => {
  const { answer, log } = handler("callers");
  const value = await token();
  await answer(requestEvent({ routeKey: "GET /orders", authorization: value }));
  const refused = await answer(requestEvent({ routeKey: "GET /orders/export", authorization: value }));
  const text = JSON.stringify([log(), refused]);
  expect(text).not.toContain(value.slice(7));
  expect(text).not.toContain(googleIdToken().split(".")[2]);
});

test("the caller's trace id is logged if its traceparent is well-formed, and does not affect the decision", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const { answer, log } = handler("public");
  const event = requestEvent({ routeKey: "GET /products" });
  const plain = await answer(event);
  for (const traceparent of [`00-${trace}-00f067aa0ba902b7-01`, `00-${trace}-x`, `eyJ.${trace}`]) {
    expect(await answer({ ...event, headers: { ...event.headers, traceparent } })).toEqual(plain);
  }
  expect(log().map(({ traceId }) => traceId)).toEqual([undefined, trace, undefined, undefined]);
});
