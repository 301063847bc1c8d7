import { set } from "../../../../support/local/document";
import { servedRest } from "../../../../support/local/rest/served-rest";
import { call } from "../../../../system/attack/support/gateway-call";

const api = servedRest([
  set("aws_api_gateway_method.files", { http_method: "ANY" }),
  set("aws_api_gateway_integration.files", { http_method: "ANY", integration_http_method: "ANY" }),
]);

describe("paths", () => {
  test("reach the service decoded, and the authorizer as sent", async () => {
    const cases: readonly (readonly [path: string, target: string, pathParameters: object])[] = [
      ["/open/a%20b", "/open/a%20b", { id: "a%20b" }],
      // AWS notes that parameters are decoded once, and their percent signs escaped again.
      ["/open/a%2Fb", "/open/a/b", { id: "a%2Fb" }],
      ["/open/a%252Fb", "/open/a%252Fb", { id: "a%252Fb" }],
      ["/open/a%3Fb=c", "/open/a?b=c", { id: "a%3Fb=c" }],
      ["/open/%zz", "/open/%25zz", { id: "%zz" }],
      ["/open/7/", "/open/7", { id: "7" }],
      ["/%6Fpen/7", "/open/7", { id: "7" }],
      ["/files/a/b%20c", "/files/a/b%20c", { path: "a/b%20c" }],
    ];
    for (const [path, target, pathParameters] of cases) {
      const body = (await api.raw(path)).body as { readonly target: string; readonly headers: [string, string][] };
      const [, encoded = ""] = body.headers.find(([name]) => name === "X-Event") ?? [];
      const event = JSON.parse(Buffer.from(encoded, "base64url").toString());
      expect([path, body.target]).toEqual([path, target]);
      expect(event).toMatchObject({ path, pathParameters, requestContext: { path: `/live${path}` } });
      expect(event.methodArn.endsWith(`/live/GET${path}`)).toBe(true);
    }
  });

  test("may begin with several slashes: only context.path keeps those after the stage", async () => {
    for (const [path, contextPath] of [
      ["/live//open/7", "/live//open/7"],
      ["/live///open/7", "/live///open/7"],
      ["//live/open/7", "/live/open/7"],
    ] as const) {
      const { status, body } = await call(api.url, path, {});
      const seen = body as { readonly target: string; readonly headers: [string, string][] };
      expect([path, status, seen.target]).toEqual([path, 200, "/open/7"]);
      const [, encoded = ""] = seen.headers.find(([name]) => name === "X-Event") ?? [];
      const event = JSON.parse(Buffer.from(encoded, "base64url").toString());
      expect(event).toMatchObject({ path: "/open/7", requestContext: { path: contextPath } });
      expect(event.methodArn.endsWith("/live/GET/open/7")).toBe(true);
    }
  });

  test("the query is forwarded unchanged", async () => {
    expect((await api.seen("/files/x?q=a%2Fb&q=2")).target).toBe("/files/x?q=a%2Fb&q=2");
  });
});

describe("headers", () => {
  test("a mapping overwrites only the exact name; a header in another case passes and comes first", async () => {
    const { body } = await api.raw("/open/7", ["X-Route", "forged", "x-route", "twin"]);
    const named = (body as { headers: [string, string][] }).headers.filter(([name]) => /^x-route$/i.test(name));
    expect(named).toEqual([
      ["x-route", "twin"],
      ["X-Route", "GET /open/{id}"],
    ]);
    expect(api.clouds.trace.hops.some(({ reason }) => reason.includes("(rest-header-twin)"))).toBe(true);
  });

  test("a mapping of '' sends the header empty", async () => {
    expect((await api.seen("/open/7", { headers: { "X-Secret": "mine" } })).headers["x-secret"]).toBe("");
  });

  test("headers that AWS drops do not reach the service", async () => {
    const { body } = await api.raw("/open/7", ["Via", "1.1 x", "Max-Forwards", "3", "TE", "trailers"]);
    const names = (body as { headers: [string, string][] }).headers.map(([name]) => name.toLowerCase());
    expect(names.filter((name) => ["via", "max-forwards", "te"].includes(name))).toEqual([]);
  });

  test("a caller's X-Forwarded-For is kept, and its address appended", async () => {
    const { headers } = await api.seen("/open/7", { headers: { "x-forwarded-for": "192.0.2.1" } });
    expect(headers["x-forwarded-for"]).toMatch(/^192\.0\.2\.1, .*127\.0\.0\.1$/);
  });

  test("a caller may choose the trace, but not the API's id", async () => {
    const own = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    const found = async (...sent: string[]) => {
      const { headers } = (await api.raw("/open/7", sent)).body as { readonly headers: [string, string][] };
      const values = (wanted: string) =>
        headers.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
      return [values("x-amzn-trace-id"), values("x-amzn-apigateway-api-id")];
    };
    const id = [expect.stringMatching(/^[a-z0-9]{10}$/)];
    const made = [expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)];
    expect(await found()).toEqual([made, id]);
    expect(await found("x-amzn-trace-id", own, "x-amzn-apigateway-api-id", "mine")).toEqual([[own], id]);
    expect(await found("X-Amzn-Trace-Id", "mine")).toEqual([made, id]);
  });

  test("an integration of ANY keeps the caller's method, which is one of seven", async () => {
    for (const method of ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"]) {
      expect(await api.raw("/files/x", [], method)).toMatchObject({ status: 200, body: { method } });
    }
    expect((await api.raw("/files/x", [], "TRACE")).status).toBe(403);
  });

  test("X-HTTP-Method-Override is obeyed before a route is selected", async () => {
    const { body, status } = await api.raw("/scoped", ["X-HTTP-Method-Override", "POST", "Authorization", "Bearer x"]);
    const { method, headers } = body as { method: string; headers: [string, string][] };
    expect([status, method]).toEqual([200, "POST"]);
    expect(headers.find(([name]) => name === "X-Route")?.[1]).toBe("POST /scoped");
  });
});
