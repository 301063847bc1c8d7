import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { remove, set } from "../../../../support/local/document";
import { eventOf, seenBy, startSmallStack } from "../../../../support/local/small-stack";

/**
 * The gateway's authorizers, called over a socket; unit/local-front-door/gateway/http/route-authorizers has every case.
 */
const SCOPED = "aws_apigatewayv2_authorizer.scoped";

let now = Date.now();
let clouds: Clouds;
beforeAll(async () => {
  const kept = set(SCOPED, { authorizer_result_ttl_in_seconds: 60 });
  clouds = await startSmallStack([kept], undefined, { gateway: { now: () => now } });
});
afterAll(() => clouds.stop());

test("the event is the documented one of payload format 2.0", async () => {
  const response = await fetch(`${clouds.url}/open/a%20b?x=1&y=2`, { headers: { cookie: "a=1; b=2", "X-One": "1" } });
  const event = eventOf(await seenBy(response));
  expect(event).toMatchObject({
    version: "2.0",
    type: "REQUEST",
    routeArn: expect.stringMatching(
      /^arn:aws:execute-api:eu-west-1:111122223333:[a-z0-9]{10}\/\$default\/GET\/open\/a b$/,
    ),
    identitySource: ["GET /open/{id}", "/open/a b", "abc"],
    routeKey: "GET /open/{id}",
    rawPath: "/open/a b",
    rawQueryString: "x=1&y=2",
    cookies: ["a=1", "b=2"],
    headers: { "x-one": "1" },
    queryStringParameters: { x: "1", y: "2" },
    pathParameters: { id: "a b" },
    stageVariables: { policy: "abc" },
    requestContext: {
      accountId: "111122223333",
      http: { method: "GET", path: "/open/a b", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
      requestId: response.headers.get("apigw-requestid"),
      routeKey: "GET /open/{id}",
      stage: "$default",
    },
  });
});

test("a refusal is 403, a function that fails 500, and a missing identity source 401", async () => {
  const answers: unknown[] = [];
  for (const wish of ["deny", "throw", "nothing"]) {
    const response = await fetch(`${clouds.url}/open/7`, { headers: { "x-do": wish } });
    answers.push([response.status, await response.json()]);
  }
  const unasked = await fetch(`${clouds.url}/scoped`);
  answers.push([unasked.status, await unasked.json()]);
  expect(answers).toEqual([
    [403, { message: "Forbidden" }],
    [500, { message: "Internal Server Error" }],
    [500, { message: "Internal Server Error" }],
    [401, { message: "Unauthorized" }],
  ]);
});

test("if a function fails, the trace names its Node release if that differs from the declared one", async () => {
  const other = await startSmallStack([set("aws_lambda_function.judge", { runtime: "nodejs999.x" })]);
  try {
    for (const wish of ["allow", "deny", "throw"]) await fetch(`${other.url}/open/7`, { headers: { "x-do": wish } });
    const naming = other.trace.hops.filter(({ reason }) => reason.includes("the stack declares nodejs999.x"));
    expect(naming.map(({ at, allowed }) => [at, allowed])).toEqual([["authorizer", false]]);
    expect([other.deviations, other.nodeDeviations.length]).toEqual([[], 1]);
  } finally {
    await other.stop();
  }
});

test("a result is cached by the gateway's clock, until the cache is cleared", async () => {
  const count = async () =>
    (await seenBy(await fetch(`${clouds.url}/scoped`, { headers: { authorization: "one" } }))).headers["x-count"];
  const first = await count();
  expect(await count()).toBe(first);
  now += 60_000;
  const second = await count();
  expect(second).not.toBe(first);
  clouds.gateway.resetAuthorizersCache();
  expect(await count()).not.toBe(second);
});

test("a function that the gateway may not call, or that does not answer in time, gives 500", async () => {
  const hangs = "export const answer = () => new Promise(() => {});";
  const unpermitted = await startSmallStack([remove("aws_lambda_permission.scoped")]);
  const hanging = await startSmallStack([], hangs, { gateway: { authorizerMilliseconds: 1 } });
  try {
    for (const { url, trace } of [unpermitted, hanging]) {
      expect((await fetch(`${url}/scoped`, { headers: { authorization: "x" } })).status).toBe(500);
      expect(trace.refusal).toMatchObject({ at: "gateway", declaration: SCOPED });
    }
    expect(hanging.trace.refusal?.reason).toMatch(/ 1 ms$/);
  } finally {
    await unpermitted.stop();
    await hanging.stop();
  }
});
