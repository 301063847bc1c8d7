import { restEvent } from "../../../../support/authorizer/rest-event";
import { type Change, set } from "../../../../support/local/document";
import { AUTHORIZED, servedRest } from "../../../../support/local/rest/served-rest";
import { startSmallRest } from "../../../../support/local/rest/small-rest";
import { eventOf, seenBy } from "../../../../support/local/small-stack";
import { call } from "../../../../system/attack/support/gateway-call";

const accessLog: string[] = [];
const format = JSON.stringify({
  id: "$context.extendedRequestId",
  route: "$context.httpMethod $context.resourcePath",
  status: "$context.status",
  error: "$context.error.responseType",
  decision: "$context.authorizer.decision",
  absent: "$context.integration.error",
  bytes: "$context.responseLength",
});
const logged = set("aws_api_gateway_stage.gateway", { access_log_settings: { format } });
const api = servedRest([logged], { gateway: { onAccessLogLine: (line) => accessLog.push(line) } });

test("the URL includes the stage, and nothing outside the stage is served", async () => {
  expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/live$/);
  for (const path of ["/open/7", "/", "/lively/open/7"]) {
    expect(await call(api.url, path, {})).toMatchObject({ status: 403, body: { message: "Forbidden" } });
  }
  expect((await api.raw("/open/7")).status).toBe(200);
});

test("a path or a method without a declared one is 403, as AWS documents", async () => {
  const asked = ["GET /nowhere", "GET /open", "GET /open/", "GET /open/7/8", "POST /open/7", "GET /files"];
  for (const line of asked) {
    const [method = "", path = ""] = line.split(" ");
    const answer = { line, ...(await api.raw(path, [], method)) };
    expect(answer).toMatchObject({
      line,
      status: 403,
      headers: { "x-amzn-errortype": "MissingAuthenticationTokenException" },
      body: { message: "Missing Authentication Token" },
    });
  }
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

test("the event has header names as sent, and every value", async () => {
  const { body } = await api.raw("/open/7", ["X-Tag", "1", "x-tag", "2", "X-Tag", "3"]);
  const headers = (body as { headers: [string, string][] }).headers;
  const found = headers.find(([name]) => name === "X-Event")?.[1] ?? "";
  expect(JSON.parse(Buffer.from(found, "base64url").toString())).toMatchObject({
    headers: { "X-Tag": "3", "x-tag": "2" },
    multiValueHeaders: { "X-Tag": ["1", "3"], "x-tag": ["2"] },
  });
});

test("a caller can choose the request id, but not the extended request id that mappings and answers have", async () => {
  const response = await fetch(`${api.url}/open/7`, { headers: { "x-amzn-requestid": "mine" } });
  const { headers, ...rest } = await seenBy(response);
  const extended = response.headers.get("x-amz-apigw-id");
  expect(response.headers.get("x-amzn-requestid")).toBe("mine");
  expect(headers["x-request-id"]).toBe(extended);
  expect(eventOf({ headers, ...rest })).toMatchObject({
    requestContext: { requestId: "mine", extendedRequestId: extended },
  });
});

test("a body that is too large gets 413, headers that are too large 431", async () => {
  const body = Buffer.alloc(10_000_001);
  const response = await fetch(`${api.url}/scoped`, { ...AUTHORIZED, method: "POST", body });
  expect([response.status, await response.json()]).toEqual([413, { message: "Request Too Long" }]);
  expect((await api.raw("/open/7", ["X-Long", "x".repeat(10_240)])).status).toBe(431);
});

test("the access log has the REST API's variables, and a hyphen for an absent value", async () => {
  accessLog.length = 0;
  const response = await fetch(`${api.url}/open/7`);
  const body = await response.text();
  await fetch(`${api.url}/open/7`, { headers: { "x-do": "deny" } });
  expect(accessLog.map((line) => JSON.parse(line))).toEqual([
    {
      id: response.headers.get("x-amz-apigw-id"),
      route: "GET /open/{id}",
      status: "200",
      error: "-",
      decision: "allow",
      absent: "-",
      bytes: String(body.length),
    },
    expect.objectContaining({ status: "403", error: "ACCESS_DENIED", decision: "-" }),
  ]);
});

test("gateway responses: a type's own before the default, with its status, headers and template", async () => {
  const response = (response_type: string, more: object) => ({
    rest_api_id: "${aws_api_gateway_rest_api.gateway.id}",
    response_type,
    ...more,
  });
  const declare: Change = ({ resource }) =>
    Object.assign(resource, {
      aws_api_gateway_gateway_response: {
        default: response("DEFAULT_4XX", {
          response_parameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
        }),
        unauthorized: response("UNAUTHORIZED", {
          status_code: "418",
          response_templates: { "application/json": '{"why":$context.error.messageString,"at":"$context.path"}' },
        }),
      },
    });
  const others = await startSmallRest([declare]);
  const own = await fetch(`${others.url}/scoped`);
  expect([own.status, await own.json()]).toEqual([418, { why: "Unauthorized", at: "/live/scoped" }]);
  expect(own.headers.get("access-control-allow-origin")).toBeNull();
  const fallback = await fetch(`${others.url}/open/7`, { headers: { "x-do": "deny" } });
  expect([fallback.status, fallback.headers.get("access-control-allow-origin")]).toEqual([403, "*"]);
  // AWS does not allow this response to be changed.
  const body = Buffer.alloc(10_000_001);
  const large = await fetch(`${others.url}/scoped`, { ...AUTHORIZED, method: "POST", body });
  expect([large.status, large.headers.get("access-control-allow-origin")]).toEqual([413, null]);
  await others.stop();
});
