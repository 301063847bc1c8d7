import { call } from "../../attack/support/gateway-call";
import { restEvent } from "../../functions/authorizer/support/rest-event";
import { eventOf, seenBy } from "../support/small-stack";
import { AUTHORIZED, servedRest } from "./support/served-rest";

const api = servedRest();

test("the URL has the stage, and nothing outside of it is served", async () => {
  expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/live$/);
  for (const path of ["/open/7", "/", "/lively/open/7"]) {
    expect(await call(api.url, path, {})).toMatchObject({ status: 403, body: { message: "Forbidden" } });
  }
  expect((await api.raw("/open/7")).status).toBe(200);
});

test.each([
  ["/nowhere", "GET"],
  ["/open", "GET"],
  ["/open/", "GET"],
  ["/open/7/8", "GET"],
  ["/open/7", "POST"],
  ["/files", "GET"],
])("%s %s has no method: 403, as AWS documents", async (path, method) => {
  expect(await api.raw(path, [], method)).toMatchObject({
    status: 403,
    body: { message: "Missing Authentication Token" },
  });
});

test("the authorizer's event is the one of AWS's documentation", async () => {
  const event = eventOf(await api.seen("/open/7?a=1&a=2"));
  const documented = restEvent({ resource: "/open/{id}", path: "/open/7" });
  expect(Object.keys(event).sort()).toEqual(Object.keys(documented).sort());
  const { requestContext } = event as { requestContext: Record<string, unknown> };
  expect(Object.keys(requestContext)).toEqual(expect.arrayContaining(Object.keys(documented.requestContext)));
  expect(event).toMatchObject({
    type: "REQUEST",
    methodArn: expect.stringMatching(/^arn:aws:execute-api:eu-west-1:111122223333:[a-z0-9]{10}\/live\/GET\/open\/7$/),
    resource: "/open/{id}",
    path: "/open/7",
    httpMethod: "GET",
    pathParameters: { id: "7" },
    queryStringParameters: { a: "2" },
    multiValueQueryStringParameters: { a: ["1", "2"] },
    stageVariables: { policy: "abc" },
    requestContext: {
      path: "/live/open/7",
      resourcePath: "/open/{id}",
      httpMethod: "GET",
      stage: "live",
      identity: { apiKey: null, sourceIp: expect.stringContaining("127.0.0.1") },
    },
  });
});

test("names of headers are as they came, and every value is there", async () => {
  const { body } = await api.raw("/open/7", ["X-Tag", "1", "x-tag", "2", "X-Tag", "3"]);
  const headers = (body as { headers: [string, string][] }).headers;
  const found = headers.find(([name]) => name === "X-Event")?.[1] ?? "";
  expect(JSON.parse(Buffer.from(found, "base64url").toString())).toMatchObject({
    headers: { "X-Tag": "3", "x-tag": "2" },
    multiValueHeaders: { "X-Tag": ["1", "3"], "x-tag": ["2"] },
  });
});

test("a caller chooses the request's id, and not the extended one, which mappings and answers have", async () => {
  const response = await fetch(`${api.url}/open/7`, { headers: { "x-amzn-requestid": "mine" } });
  const { headers, ...rest } = await seenBy(response);
  const extended = response.headers.get("x-amz-apigw-id");
  expect(response.headers.get("x-amzn-requestid")).toBe("mine");
  expect(headers["x-request-id"]).toBe(extended);
  expect(eventOf({ headers, ...rest })).toMatchObject({
    requestContext: { requestId: "mine", extendedRequestId: extended },
  });
});

test("too large a body is 413, too large a head 431", async () => {
  const body = Buffer.alloc(10_000_001);
  const response = await fetch(`${api.url}/scoped`, { ...AUTHORIZED, method: "POST", body });
  expect([response.status, await response.json()]).toEqual([413, { message: "Request Too Long" }]);
  expect((await api.raw("/open/7", ["X-Long", "x".repeat(10_240)])).status).toBe(431);
});
