import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import type { AuthorizerPolicy } from "../../../../../contract/policy-file";
import { httpApiHandler } from "../../../../../functions/authorizer/handler/http-api";
import { GoogleTokens } from "../../../../../functions/authorizer/mint/google-tokens";
import { pathRules } from "../../../../../functions/authorizer/request/path-rule";
import { trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
import { TokenVerifier } from "../../../../../functions/authorizer/token/verify-token";
import { clouds, googleIdToken } from "../../../../support/authorizer/clouds";
import { requestEvent } from "../../../../support/authorizer/event";
import { cognitoDocuments, documents, TestIssuer } from "../../../../support/authorizer/issuer";
import { CATALOG, COGNITO_URL, ENVIRONMENT, POLICY } from "../../../../support/authorizer/policy";
import { testAll } from "../../../../support/test-all";

type Event = APIGatewayRequestAuthorizerEventV2;

let cognito: TestIssuer;
beforeAll(async () => {
  cognito = await TestIssuer.create(COGNITO_URL);
});

const catalogCloud = () =>
  clouds({
    iam: () => ({
      status: 200,
      body: JSON.stringify({ token: googleIdToken({ aud: CATALOG.audience, email: CATALOG.serviceAccount }) }),
    }),
  });

function handler(
  kind: "callers" | "public",
  cloud = kind === "callers" ? clouds() : catalogCloud(),
  policy: AuthorizerPolicy = POLICY,
) {
  const lines: string[] = [];
  const call = documents(cognitoDocuments(cognito)).call;
  const answer = httpApiHandler({
    kind,
    policy,
    rules: pathRules(policy),
    decider: {
      verifier: new TokenVerifier(trustedIssuers(POLICY, ENVIRONMENT), call),
      googleTokens: new GoogleTokens({
        policy: POLICY,
        environment: ENVIRONMENT,
        call: cloud.call,
        functionName: kind,
      }),
      revoked: new Set(),
    },
    write: (line) => lines.push(line),
  });
  const log = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { answer, log, cloud };
}

const token = async (claims: Record<string, unknown> = {}) =>
  `Bearer ${await cognito.token({ sub: "ann", token_use: "access", client_id: "web1client2id3", scope: "orders/read orders/write", ...claims })}`;

const REFUSED = { googleAuthorization: "-", subject: "-", client: "-", scopes: "-", issuer: "-", callerKind: "-" };

test("an allowed caller: every key is there", async () => {
  const { answer, log } = handler("callers");
  expect(await answer(requestEvent({ routeKey: "GET /orders", authorization: await token() }))).toEqual({
    isAuthorized: true,
    context: {
      googleAuthorization: `Bearer ${googleIdToken()}`,
      subject: "ann",
      client: "customers/web",
      scopes: "orders/read orders/write",
      issuer: "customers",
      callerKind: "client",
      decision: "allowed",
    },
  });
  expect(log()).toMatchObject([
    { requestId: "JKJaXmPLvHcESHA=", route: "GET /orders", service: "orders", decision: "allowed" },
  ]);
});

test("a public route: every key is there", async () => {
  const { answer, log } = handler("public");
  expect(await answer(requestEvent({ routeKey: "GET /products" }))).toEqual({
    isAuthorized: true,
    context: {
      ...REFUSED,
      googleAuthorization: expect.stringMatching(/^Bearer /),
      subject: "anonymous",
      callerKind: "anonymous",
      decision: "allowed",
    },
  });
  expect(log()).toMatchObject([{ route: "GET /products", service: "catalog", decision: "allowed" }]);
});

test("a bad token: 403, and nothing that would help", async () => {
  const { answer, log } = handler("callers");
  expect(await answer(requestEvent({ routeKey: "GET /orders", authorization: await token({ exp: 1 }) }))).toEqual({
    isAuthorized: false,
    context: { ...REFUSED, decision: "unauthenticated" },
  });
  expect(log()).toMatchObject([{ decision: "unauthenticated", reason: "expired" }]);
});

test("a good token without the scope: 403, who it was, and no scopes", async () => {
  const { answer, log } = handler("callers");
  const event = requestEvent({ routeKey: "POST /orders", authorization: await token({ scope: "orders/read" }) });
  expect(await answer(event)).toEqual({
    isAuthorized: false,
    context: {
      ...REFUSED,
      subject: "ann",
      client: "customers/web",
      issuer: "customers",
      callerKind: "client",
      decision: "forbidden",
    },
  });
  expect(log()).toMatchObject([{ decision: "forbidden", reason: "scope", client: "customers/web" }]);
});

test("a call that cannot be decided throws, so that it is never cached, and the error says nothing", async () => {
  const { answer, log } = handler("callers", clouds({ sts: () => ({ status: 403, body: "detail" }) }));
  const event = requestEvent({ routeKey: "GET /orders", authorization: await token() });
  await expect(answer(event)).rejects.toThrow(/^unavailable$/);
  expect(log()).toMatchObject([{ level: "ERROR", reason: "token-exchange", upstreamStatus: 403 }]);
});

testAll(["GET /unknown", "GET /constructor", "__proto__", "constructor", "$default"])(
  "the route %s, which the policy does not list, is denied by both functions",
  async (routeKey) => {
    for (const kind of ["callers", "public"] as const) {
      const { answer, log } = handler(kind);
      expect(await answer(requestEvent({ routeKey, authorization: await token() }))).toEqual({
        isAuthorized: false,
        context: { ...REFUSED, decision: "forbidden" },
      });
      expect(log()).toMatchObject([{ route: "-", service: "-", reason: "route-unknown" }]);
    }
  },
);

test("each function fails on the other's routes, and asks no cloud", async () => {
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

describe("an answer that would be cached under too little is thrown instead", () => {
  const without = (event: Event, value: string | undefined): Event => ({
    ...event,
    identitySource: event.identitySource.filter((source) => source !== value),
  });
  const policyVersion = (event: Event) => event.stageVariables?.policy;

  testAll([
    ["the authorization", (event: Event) => without(event, event.headers?.authorization)],
    ["the route key", (event: Event) => without(event, event.routeKey)],
    ["the path", (event: Event) => without(event, event.rawPath)],
    ["the policy's version", (event: Event) => without(event, policyVersion(event))],
    [
      "a list of identity sources, but one text of them all",
      (event: Event) => ({ ...event, identitySource: event.identitySource.join() }) as unknown as Event,
    ],
    ["any identity source", (event: Event) => ({ ...event, identitySource: [] })],
    ["the list of identity sources", (event: Event) => ({ ...event, identitySource: undefined }) as unknown as Event],
    ["the stage variable", (event: Event) => ({ ...event, stageVariables: {} })],
    [
      "a value of the stage variable",
      (event: Event) => ({ ...event, stageVariables: { policy: "" }, identitySource: [...event.identitySource, ""] }),
    ],
    ["the header", (event: Event) => ({ ...event, headers: {} })],
    ["all headers", (event: Event) => ({ ...event, headers: undefined })],
    ["the path itself", (event: Event) => ({ ...event, rawPath: undefined }) as unknown as Event],
    ["a context", (event: Event) => ({ ...event, requestContext: undefined }) as unknown as Event],
  ])("a scoped route with a variable, without %s", async (_, change) => {
    const { answer, log, cloud } = handler("callers");
    const event = requestEvent({ routeKey: "GET /orders/{id}", path: "/orders/7", authorization: await token() });
    expect((await answer(event)).isAuthorized).toBe(true);
    const before = cloud.requests.length;
    await expect(answer(change(event))).rejects.toThrow(/^unavailable$/);
    expect(cloud.requests).toHaveLength(before);
    expect(log()).toHaveLength(2);
  });

  testAll([
    ["the route key", (event: Event) => without(event, event.routeKey)],
    ["the path", (event: Event) => without(event, event.rawPath)],
    ["the policy's version", (event: Event) => without(event, policyVersion(event))],
  ])("a public route with a variable, without %s", async (_, change) => {
    const { answer } = handler("public");
    const event = requestEvent({ routeKey: "GET /products/{sku}", path: "/products/7" });
    expect((await answer(event)).isAuthorized).toBe(true);
    await expect(answer(change(event))).rejects.toThrow(/^unavailable$/);
  });

  test("a route without a variable needs no path among them", async () => {
    const event = requestEvent({ routeKey: "GET /orders", authorization: await token() });
    expect(event.identitySource).not.toContain("/orders");
    expect((await handler("callers").answer(event)).isAuthorized).toBe(true);
  });
});

describe("the Authorization header", () => {
  const withHeaders = (event: Event, headers: Record<string, string>, sources: readonly string[]): Event => ({
    ...event,
    headers,
    identitySource: [...sources, ...event.identitySource],
  });

  test("its name may be in any case", async () => {
    const value = await token();
    const event = withHeaders(requestEvent({ routeKey: "GET /orders" }), { AUTHORIZATION: value }, [value]);
    expect((await handler("callers").answer(event)).isAuthorized).toBe(true);
  });

  test("two headers are refused, and thrown where only one of them keys the cache", async () => {
    const [one, two] = [await token(), await token({ sub: "bob" })];
    const base = requestEvent({ routeKey: "GET /orders" });
    const headers = { authorization: one, Authorization: two };
    const { answer, log } = handler("callers");
    expect((await answer(withHeaders(base, headers, [one, two]))).isAuthorized).toBe(false);
    await expect(answer(withHeaders(base, headers, [one]))).rejects.toThrow();
    expect(log()).toMatchObject([{ reason: "authorization-count" }, { reason: "identity-sources" }]);
  });

  test("two values that the gateway joined are no token", async () => {
    const joined = `${await token()},${await token()}`;
    const { answer, log } = handler("callers");
    expect((await answer(requestEvent({ routeKey: "GET /orders", authorization: joined }))).isAuthorized).toBe(false);
    expect(log()).toMatchObject([{ reason: "token-shape" }]);
  });

  test("it is not looked at on a public route", async () => {
    const event = requestEvent({ routeKey: "GET /products", authorization: "Bearer junk" });
    expect(await handler("public").answer(event)).toMatchObject({
      isAuthorized: true,
      context: { subject: "anonymous" },
    });
  });
});

test("a path that the gateway gives in two versions is refused", async () => {
  const event = requestEvent({ routeKey: "GET /orders/{id}", path: "/orders/7", authorization: await token() });
  const context = { ...event.requestContext, http: { ...event.requestContext.http, path: "/orders/%37" } };
  const { answer, log } = handler("callers");
  expect((await answer({ ...event, requestContext: context })).isAuthorized).toBe(false);
  expect(log()).toMatchObject([{ reason: "path-mismatch" }]);
});

test("no line and no refusal carries a token", async () => {
  const { answer, log } = handler("callers");
  const value = await token();
  await answer(requestEvent({ routeKey: "GET /orders", authorization: value }));
  const refused = await answer(requestEvent({ routeKey: "GET /orders/export", authorization: value }));
  const text = JSON.stringify([log(), refused]);
  expect(text).not.toContain(value.slice(7));
  expect(text).not.toContain(googleIdToken().split(".")[2]);
});

describe("where callers may come from some networks alone", () => {
  const asking = (networks: readonly string[]) =>
    handler("callers", clouds(), { ...POLICY, allowedNetworks: networks });
  const from = async (...more: readonly string[]) => {
    const event = requestEvent({ routeKey: "GET /orders", authorization: await token() });
    return { ...event, identitySource: [...event.identitySource, ...more] };
  };

  test("a good token counts from there, and from nowhere else", async () => {
    const { answer } = asking(["192.0.2.0/24"]);
    expect(await answer(await from("192.0.2.1"))).toMatchObject({ isAuthorized: true });
    const closed = asking(["203.0.113.0/24"]);
    expect(await closed.answer(await from("192.0.2.1"))).toEqual({
      isAuthorized: false,
      context: { ...REFUSED, decision: "forbidden" },
    });
    expect(closed.log()).toEqual([expect.objectContaining({ decision: "forbidden", reason: "network" })]);
  });

  test("an answer that is not kept by the address is none", async () => {
    await expect(asking(["192.0.2.0/24"]).answer(await from())).rejects.toThrow("unavailable");
  });
});

test("the caller's trace id is logged if its traceparent is well-formed, and changes no answer", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const { answer, log } = handler("public");
  const event = requestEvent({ routeKey: "GET /products" });
  const plain = await answer(event);
  for (const traceparent of [`00-${trace}-00f067aa0ba902b7-01`, `00-${trace}-x`, `eyJ.${trace}`]) {
    expect(await answer({ ...event, headers: { ...event.headers, traceparent } })).toEqual(plain);
  }
  expect(log().map(({ traceId }) => traceId)).toEqual([undefined, trace, undefined, undefined]);
});
