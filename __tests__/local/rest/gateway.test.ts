import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clouds } from "../../../local/clouds";
import { call } from "../../attack/support/gateway-call";
import { restEvent } from "../../functions/authorizer/support/rest-event";
import { block, type Change, remove, set } from "../support/document";
import { eventOf, type Seen, seenBy } from "../support/small-stack";
import { startSmallRest } from "./support/small-rest";

const accessLog: string[] = [];
let clouds: Clouds;
beforeAll(async () => {
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
  clouds = await startSmallRest([logged], { gateway: { onAccessLogLine: (line) => accessLog.push(line) } });
});
afterAll(() => clouds.stop());

const AUTHORIZED = { headers: { authorization: "Bearer x" } };

async function seen(path: string, init?: RequestInit): Promise<Seen> {
  return seenBy(await fetch(`${clouds.url}${path}`, init));
}

async function raw(path: string, headers: readonly string[] = [], method = "GET") {
  const { pathname } = new URL(clouds.url);
  return call(clouds.url, `${pathname}${path}`, { method, headers });
}

test("the URL has the stage, and nothing outside of it is served", async () => {
  expect(clouds.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/live$/);
  for (const path of ["/open/7", "/", "/lively/open/7"]) {
    expect(await call(clouds.url, path, {})).toMatchObject({ status: 403, body: { message: "Forbidden" } });
  }
  expect((await raw("/open/7")).status).toBe(200);
});

test.each([
  ["/nowhere", "GET"],
  ["/open", "GET"],
  ["/open/", "GET"],
  ["/open/7/8", "GET"],
  ["/open/7", "POST"],
  ["/files", "GET"],
])("%s %s has no method: 403, as AWS documents", async (path, method) => {
  expect(await raw(path, [], method)).toMatchObject({ status: 403, body: { message: "Missing Authentication Token" } });
});

test("the authorizer's event is the one of AWS's documentation", async () => {
  const event = eventOf(await seen("/open/7?a=1&a=2"));
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
  const { body } = await raw("/open/7", ["X-Tag", "1", "x-tag", "2", "X-Tag", "3"]);
  const headers = (body as { headers: [string, string][] }).headers;
  const found = headers.find(([name]) => name === "X-Event")?.[1] ?? "";
  expect(JSON.parse(Buffer.from(found, "base64url").toString())).toMatchObject({
    headers: { "X-Tag": "3", "x-tag": "2" },
    multiValueHeaders: { "X-Tag": ["1", "3"], "x-tag": ["2"] },
  });
});

test("a caller chooses the request's id, and not the extended one, which mappings and answers have", async () => {
  const response = await fetch(`${clouds.url}/open/7`, { headers: { "x-amzn-requestid": "mine" } });
  const { headers, ...rest } = await seenBy(response);
  const extended = response.headers.get("x-amz-apigw-id");
  expect(response.headers.get("x-amzn-requestid")).toBe("mine");
  expect(headers["x-request-id"]).toBe(extended);
  expect(eventOf({ headers, ...rest })).toMatchObject({
    requestContext: { requestId: "mine", extendedRequestId: extended },
  });
});

describe("paths", () => {
  test.each([
    ["/open/a%20b", "/open/a%20b", { id: "a%20b" }],
    // What AWS notes of parameters: decoded once, and percent signs escaped again.
    ["/open/a%2Fb", "/open/a/b", { id: "a%2Fb" }],
    ["/open/a%252Fb", "/open/a%252Fb", { id: "a%252Fb" }],
    ["/open/a%3Fb=c", "/open/a?b=c", { id: "a%3Fb=c" }],
    ["/open/%zz", "/open/%25zz", { id: "%zz" }],
    ["/open/7/", "/open/7", { id: "7" }],
    ["/%6Fpen/7", "/open/7", { id: "7" }],
    ["/files/a/b%20c", "/files/a/b%20c", { path: "a/b%20c" }],
  ])("%s reaches the service as %s; the authorizer sees it as it was sent", async (path, target, pathParameters) => {
    const { body } = await raw(path);
    const { headers } = body as { headers: [string, string][] };
    expect((body as { target: string }).target).toBe(target);
    const event = JSON.parse(
      Buffer.from(headers.find(([name]) => name === "X-Event")?.[1] ?? "", "base64url").toString(),
    );
    expect(event).toMatchObject({ path, pathParameters, requestContext: { path: `/live${path}` } });
    expect(event.methodArn.endsWith(`/live/GET${path}`)).toBe(true);
  });

  test("the query is handed on as it came", async () => {
    expect((await seen("/files/x?q=a%2Fb&q=2")).target).toBe("/files/x?q=a%2Fb&q=2");
  });
});

describe("headers", () => {
  test("a mapping overwrites the very name; what is sent in another case passes before it", async () => {
    const { body } = await raw("/open/7", ["X-Route", "forged", "x-route", "twin"]);
    const named = (body as { headers: [string, string][] }).headers.filter(([name]) => /^x-route$/i.test(name));
    expect(named).toEqual([
      ["x-route", "twin"],
      ["X-Route", "GET /open/{id}"],
    ]);
    expect(clouds.trace.hops.some(({ reason }) => reason.includes("(rest-header-twin)"))).toBe(true);
  });

  test("a mapping of '' sends the header empty", async () => {
    expect((await seen("/open/7", { headers: { "X-Secret": "mine" } })).headers["x-secret"]).toBe("");
  });

  test("what AWS drops does not reach the service", async () => {
    const { body } = await raw("/open/7", ["Via", "1.1 x", "Max-Forwards", "3", "TE", "trailers"]);
    const names = (body as { headers: [string, string][] }).headers.map(([name]) => name.toLowerCase());
    expect(names.filter((name) => ["via", "max-forwards", "te"].includes(name))).toEqual([]);
  });

  test("a caller's X-Forwarded-For is kept, and its address appended", async () => {
    const { headers } = await seen("/open/7", { headers: { "x-forwarded-for": "192.0.2.1" } });
    expect(headers["x-forwarded-for"]).toMatch(/^192\.0\.2\.1, .*127\.0\.0\.1$/);
  });

  test("X-HTTP-Method-Override is obeyed before a route is looked for", async () => {
    const { body, status } = await raw("/scoped", ["X-HTTP-Method-Override", "POST", "Authorization", "Bearer x"]);
    const { method, headers } = body as { method: string; headers: [string, string][] };
    expect([status, method]).toEqual([200, "POST"]);
    expect(headers.find(([name]) => name === "X-Route")?.[1]).toBe("POST /scoped");
  });
});

describe("the authorizer", () => {
  test.each<[string, number, string]>([
    ["allow", 200, ""],
    ["allow-all", 200, ""],
    ["deny", 403, "User is not authorized to access this resource"],
    ["allow-another", 403, "User is not authorized to access this resource"],
    ["unauthorized", 401, "Unauthorized"],
    ["throw", 500, "Internal server error"],
    ["nothing", 500, "Internal server error"],
  ])("that answers %s: %i", async (wish, status, message) => {
    const response = await fetch(`${clouds.url}/open/7`, { headers: { "x-do": wish } });
    expect(response.status).toBe(status);
    if (message !== "") expect(await response.json()).toEqual({ message });
  });

  test("is not asked where an identity source is missing or empty: 401", async () => {
    for (const headers of [[], ["Authorization", ""]]) {
      expect(await raw("/scoped", headers)).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
    }
    expect((await fetch(`${clouds.url}/scoped`, AUTHORIZED)).status).toBe(200);
  });

  test.each<[string, Change]>([
    ["is for another authorizer", set("aws_lambda_permission.public", { source_arn: "arn:other" })],
    ["is missing", remove("aws_lambda_permission.public")],
    ["is another service's", set("aws_lambda_permission.public", { principal: "events.amazonaws.com" })],
  ])("whose permission %s is not asked: 500", async (_, change) => {
    const others = await startSmallRest([change]);
    expect((await fetch(`${others.url}/open/7`)).status).toBe(500);
    await others.stop();
  });
});

describe("kept answers", () => {
  const kept = (name: string, source?: string) =>
    set(`aws_api_gateway_authorizer.${name}`, {
      authorizer_result_ttl_in_seconds: 60,
      ...(source && { identity_source: source }),
    });
  const count = async (url: string, init?: RequestInit) =>
    Number((await seenBy(await fetch(url, init))).headers["x-count"]);

  test("by exactly these values, and for as long as is declared", async () => {
    let now = Date.now();
    const others = await startSmallRest([kept("public")], { gateway: { now: () => now } });
    const first = await count(`${others.url}/open/7`);
    expect(await count(`${others.url}/open/7?other=query`)).toBe(first);
    expect(await count(`${others.url}/open/8`)).toBe(first + 1);
    now += 60_001;
    expect(await count(`${others.url}/open/7`)).toBe(first + 2);
    await others.stop();
  });

  test("a kept policy is judged anew by the method and path of each request it is replayed to", async () => {
    const narrow = await startSmallRest([kept("scoped", "method.request.header.Authorization")]);
    expect((await fetch(`${narrow.url}/scoped`, AUTHORIZED)).status).toBe(200);
    expect((await fetch(`${narrow.url}/scoped`, { ...AUTHORIZED, method: "POST" })).status).toBe(403);
    await narrow.stop();
    const wide = await startSmallRest([kept("scoped", "method.request.header.Authorization")]);
    const all = { headers: { ...AUTHORIZED.headers, "x-do": "allow-all" } };
    expect((await fetch(`${wide.url}/scoped`, all)).status).toBe(200);
    expect((await fetch(`${wide.url}/scoped`, { ...AUTHORIZED, method: "POST" })).status).toBe(200);
    await wide.stop();
  });

  test("a refusal is kept, and an error is not", async () => {
    const others = await startSmallRest([kept("public")]);
    const status = async (path: string, wish: string) =>
      (await fetch(`${others.url}${path}`, { headers: { "x-do": wish } })).status;
    expect([await status("/open/1", "deny"), await status("/open/1", "allow")]).toEqual([403, 403]);
    expect([await status("/open/2", "unauthorized"), await status("/open/2", "allow")]).toEqual([401, 200]);
    expect([await status("/open/3", "throw"), await status("/open/3", "allow")]).toEqual([500, 200]);
    others.gateway.resetAuthorizersCache();
    expect(await status("/open/1", "allow")).toBe(200);
    await others.stop();
  });

  test("of a header that comes twice one value alone is the key", async () => {
    const others = await startSmallRest([kept("scoped")]);
    expect((await fetch(`${others.url}/scoped`, AUTHORIZED)).status).toBe(200);
    const twice = ["Authorization", "Bearer y", "Authorization", "Bearer x", "x-do", "deny"];
    expect((await call(others.url, "/live/scoped", { headers: twice })).status).toBe(200);
    await others.stop();
  });
});

test("the access log has REST's variables, and a hyphen for what is absent", async () => {
  accessLog.length = 0;
  const response = await fetch(`${clouds.url}/open/7`);
  const body = await response.text();
  await fetch(`${clouds.url}/open/7`, { headers: { "x-do": "deny" } });
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

describe("answers", () => {
  /** Where the service is this server. */
  async function behind(handler: Parameters<typeof createServer>[1], changes: readonly Change[] = []) {
    const server = createServer(handler);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const others = await startSmallRest(changes, {
      services: {
        choices: [{ id: "shop", answeredBy: { port } }],
        secrets: new Map(),
        secretsFile: "",
        print: () => {},
      },
    });
    return {
      ...others,
      stop: async () => {
        await others.stop();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  const STREAM = set("aws_api_gateway_integration.open", { response_transfer_mode: "STREAM" });

  test("a streamed one arrives in pieces, while the service is not done", async () => {
    let finish = () => {};
    const others = await behind(
      (_, answer) => {
        answer.writeHead(200, { "content-type": "text/event-stream" });
        answer.write("data: 1\n\n");
        finish = () => answer.end("data: 2\n\n");
      },
      [STREAM],
    );
    const response = await fetch(`${others.url}/open/7`);
    const reader = response.body?.getReader();
    const piece = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await piece()).toBe("data: 1\n\n");
    finish();
    expect(await piece()).toBe("data: 2\n\n");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    await others.stop();
  });

  test("a stream that ends too soon is cut off for its reader", async () => {
    const others = await behind(
      (_, answer) => {
        answer.writeHead(200);
        answer.write("half", () => answer.destroy());
      },
      [STREAM],
    );
    await expect(fetch(`${others.url}/open/7`).then((response) => response.text())).rejects.toThrow();
    await others.stop();
  });

  test("one of more than 10 MB passes where it is streamed, and not otherwise", async () => {
    const big = Buffer.alloc(10_000_001, "x");
    const handler = (_: unknown, answer: { end(body: Buffer): unknown }) => answer.end(big);
    const [streamed, buffered] = [await behind(handler, [STREAM]), await behind(handler)];
    expect((await (await fetch(`${streamed.url}/open/7`)).arrayBuffer()).byteLength).toBe(big.length);
    expect((await fetch(`${buffered.url}/open/7`)).status).toBe(504);
    await streamed.stop();
    await buffered.stop();
  });

  test("headers that AWS renames or drops are, and each answer has a content type", async () => {
    const others = await behind((_, answer) => {
      answer.setHeader("www-authenticate", "Bearer");
      answer.setHeader("via", "1.1 x");
      answer.setHeader("access-control-allow-origin", "https://shop.example");
      answer.end("x");
    });
    const { headers } = await fetch(`${others.url}/open/7`);
    expect([headers.get("www-authenticate"), headers.get("x-amzn-remapped-www-authenticate")]).toEqual([
      null,
      "Bearer",
    ]);
    expect([headers.get("via"), headers.get("content-type")]).toEqual([null, "application/json"]);
    expect(headers.get("access-control-allow-origin")).toBe("https://shop.example");
    await others.stop();
  });

  test("one that comes too late is 504", async () => {
    const late = set("aws_api_gateway_integration.open", { timeout_milliseconds: 50 });
    const others = await behind(() => {}, [late]);
    const response = await fetch(`${others.url}/open/7`);
    expect([response.status, await response.json()]).toEqual([504, { message: "Endpoint request timed out" }]);
    await others.stop();
  });

  test("bodies pass byte for byte, unless the API takes them for text", async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x80]);
    const handler: Parameters<typeof createServer>[1] = (incoming, answer) => incoming.pipe(answer);
    const both = [
      await behind(handler),
      await behind(handler, [set("aws_api_gateway_rest_api.gateway", { binary_media_types: ["image/png"] })]),
    ];
    const echoed = async ({ url }: Clouds, type: string) => {
      const headers = { ...AUTHORIZED.headers, "content-type": type, accept: type };
      const response = await fetch(`${url}/scoped`, { method: "POST", body: bytes, headers });
      return Buffer.from(await response.arrayBuffer()).equals(bytes);
    };
    const [all, some] = both;
    if (all === undefined || some === undefined) throw new Error("not started");
    expect([
      await echoed(all, "text/plain"),
      await echoed(some, "image/png"),
      await echoed(some, "text/plain"),
    ]).toEqual([true, true, false]);
    for (const each of both) await each.stop();
  });
});

test("too large a body is 413, too large a head 431", async () => {
  const body = Buffer.alloc(10_000_001);
  const response = await fetch(`${clouds.url}/scoped`, { ...AUTHORIZED, method: "POST", body });
  expect([response.status, await response.json()]).toEqual([413, { message: "Request Too Long" }]);
  expect((await raw("/open/7", ["X-Long", "x".repeat(10_240)])).status).toBe(431);
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
  // The one that AWS does not let anybody change.
  const body = Buffer.alloc(10_000_001);
  const large = await fetch(`${others.url}/scoped`, { ...AUTHORIZED, method: "POST", body });
  expect([large.status, large.headers.get("access-control-allow-origin")]).toEqual([413, null]);
  await others.stop();
});

test("a stage without the variable that is an identity source: nobody is asked", async () => {
  const others = await startSmallRest([
    (document) => delete block(document, "aws_api_gateway_stage.gateway").variables,
  ]);
  expect((await fetch(`${others.url}/open/7`)).status).toBe(401);
  await others.stop();
});
