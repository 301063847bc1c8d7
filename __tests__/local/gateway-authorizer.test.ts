import type { Clouds } from "../../local/clouds";
import { type Change, remove, set } from "./support/document";
import { eventOf, seenBy, startSmallStack } from "./support/small-stack";

let clouds: Clouds;
beforeAll(async () => {
  clouds = await startSmallStack();
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

test("a missing identity source is 401, and the function is not asked", async () => {
  const count = async () =>
    (await seenBy(await fetch(`${clouds.url}/scoped`, { headers: { authorization: "x" } }))).headers["x-count"];
  const before = Number(await count());
  expect((await fetch(`${clouds.url}/scoped`)).status).toBe(401);
  expect((await fetch(`${clouds.url}/scoped`, { headers: { authorization: "" } })).status).toBe(401);
  expect(Number(await count())).toBe(before + 1);
  expect(clouds.trace.refusal?.declaration).toBe("aws_apigatewayv2_authorizer.scoped.identity_sources");
});

test.each([
  ["deny", 403],
  ["throw", 500],
  ["nothing", 500],
])("a function that says %s makes %i", async (wish, status) => {
  const response = await fetch(`${clouds.url}/open/7`, { headers: { "x-do": wish } });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ message: status === 403 ? "Forbidden" : "Internal Server Error" });
});

/** Status of a call to a stack that was changed, and the declaration at fault. */
async function called(...changes: readonly Change[]): Promise<string> {
  const changed = await startSmallStack(changes);
  try {
    const { status } = await fetch(`${changed.url}/open/7`);
    return status === 200 ? "200" : `${status} ${changed.trace.refusal?.declaration}`;
  } finally {
    await changed.stop();
  }
}

const PERMISSION = "aws_lambda_permission.public";

test.each<[string, Change, string]>([
  ["permission", remove(PERMISSION), "aws_apigatewayv2_authorizer.public"],
  [
    "permission for this authorizer",
    set(PERMISSION, { source_arn: "arn:aws:execute-api:x" }),
    "aws_apigatewayv2_authorizer.public",
  ],
  ["permission for API Gateway", set(PERMISSION, { principal: "s3.amazonaws.com" }), PERMISSION],
  ["permission to invoke", set(PERMISSION, { action: "lambda:GetFunction" }), PERMISSION],
])("without a %s the function is not called", async (_, change, declaration) => {
  expect(await called(change)).toBe(`500 ${declaration}`);
});

test.each<[string, Record<string, unknown>]>([
  ["enable_simple_responses", { enable_simple_responses: false }],
  ["authorizer_payload_format_version", { authorizer_payload_format_version: "1.0" }],
  ["authorizer_type", { authorizer_type: "TOKEN" }],
  ["jwt_configuration", { jwt_configuration: { issuer: "https://issuer.example", audience: ["shop"] } }],
  ["authorizer_uri", { authorizer_uri: "arn:aws:apigateway:other" }],
  ["identity_sources", { identity_sources: ["$context.stage"] }],
])("another %s is not guessed at", async (attribute, attributes) => {
  const expected = `500 aws_apigatewayv2_authorizer.public.${attribute}`;
  expect(await called(set("aws_apigatewayv2_authorizer.public", attributes))).toBe(expected);
});

test("a route without authorizer asks nobody; one of an unknown kind is not guessed at", async () => {
  const open = "aws_apigatewayv2_route.open";
  expect(await called(set(open, { authorization_type: "NONE" }))).toBe("200");
  expect(await called(set(open, { authorization_type: undefined }))).toBe("200");
  expect(await called(set(open, { authorization_type: "AWS_IAM" }))).toBe(`500 ${open}.authorization_type`);
  expect(await called(set(open, { authorizer_id: "none" }))).toBe(`500 ${open}.authorizer_id`);
});

test("an authorizer that takes too long is a 500 of the gateway, and nothing is kept of it", async () => {
  const slow = `export const answer = async (event) => {
    if (event.headers["x-do"] === "wait") await new Promise((resolve) => setTimeout(resolve, 600));
    return { isAuthorized: true, context: {} };
  };`;
  const hasty = await startSmallStack([], slow, { gateway: { authorizerMilliseconds: 200 } });
  try {
    const call = (wish: string) => fetch(`${hasty.url}/scoped`, { headers: { authorization: "one", "x-do": wish } });
    expect((await call("go")).status).toBe(200);
    expect((await call("wait")).status).toBe(500);
    expect(hasty.trace.hops.find(({ allowed }) => !allowed)).toMatchObject({
      at: "gateway",
      reason: "no answer of judge in 200 ms",
      declaration: "aws_apigatewayv2_authorizer.scoped",
    });
  } finally {
    await hasty.stop();
  }
});
