import { block, remove, set } from "../../../../support/local/document";
import { AUTHORIZED, servedRest } from "../../../../support/local/rest/served-rest";
import { startSmallRest } from "../../../../support/local/rest/small-rest";
import { seenBy } from "../../../../support/local/small-stack";
import { call } from "../../../../system/attack/support/gateway-call";

const api = servedRest();

describe("the authorizer", () => {
  test("decides by its policy, and fails closed", async () => {
    const unauthorized = "User is not authorized to access this resource";
    const cases: readonly (readonly [wish: string, status: number, message?: string])[] = [
      ["allow", 200],
      ["allow-all", 200],
      ["deny", 403, unauthorized],
      ["allow-another", 403, unauthorized],
      ["unauthorized", 401, "Unauthorized"],
      ["throw", 500, "Internal server error"],
      ["nothing", 500, "Internal server error"],
    ];
    for (const [wish, status, message] of cases) {
      const response = await fetch(`${api.url}/open/7`, { headers: { "x-do": wish } });
      const body = (await response.json()) as { message?: string };
      expect([wish, response.status, body.message]).toEqual([wish, status, message]);
    }
  });

  test("is not called if an identity source is missing or empty: 401", async () => {
    for (const headers of [[], ["Authorization", ""]]) {
      expect(await api.raw("/scoped", headers)).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
    }
    expect((await fetch(`${api.url}/scoped`, AUTHORIZED)).status).toBe(200);
  });

  test("that the gateway may not call is not called: 500", async () => {
    const others = await startSmallRest([remove("aws_lambda_permission.public")]);
    expect((await fetch(`${others.url}/open/7`)).status).toBe(500);
    await others.stop();
  });

  test("that does not answer in time gives 500", async () => {
    const hangs = "export const answer = () => new Promise(() => {});";
    const others = await startSmallRest([], { gateway: { authorizerMilliseconds: 1 } }, hangs);
    expect((await fetch(`${others.url}/open/7`)).status).toBe(500);
    expect(others.trace.refusal).toMatchObject({
      at: "gateway",
      declaration: "aws_api_gateway_authorizer.public",
      reason: expect.stringMatching(/ 1 ms$/),
    });
    await others.stop();
  });
});

describe("cached results", () => {
  const kept = (name: string, source?: string) =>
    set(`aws_api_gateway_authorizer.${name}`, {
      authorizer_result_ttl_in_seconds: 60,
      ...(source && { identity_source: source }),
    });
  const count = async (url: string, init?: RequestInit) =>
    Number((await seenBy(await fetch(url, init))).headers["x-count"]);

  test("by exactly these values, and for the declared time", async () => {
    let now = Date.now();
    const others = await startSmallRest([kept("public")], { gateway: { now: () => now } });
    const first = await count(`${others.url}/open/7`);
    expect(await count(`${others.url}/open/7?other=query`)).toBe(first);
    expect(await count(`${others.url}/open/8`)).toBe(first + 1);
    now += 60_001;
    expect(await count(`${others.url}/open/7`)).toBe(first + 2);
    await others.stop();
  });

  test("a cached policy is evaluated again by the method and path of each request that gets it", async () => {
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

  test("a refusal is cached, an error is not", async () => {
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

  test("if a header occurs twice, only one value is part of the key", async () => {
    const others = await startSmallRest([kept("scoped")]);
    expect((await fetch(`${others.url}/scoped`, AUTHORIZED)).status).toBe(200);
    const twice = ["Authorization", "Bearer y", "Authorization", "Bearer x", "x-do", "deny"];
    expect((await call(others.url, "/live/scoped", { headers: twice })).status).toBe(200);
    await others.stop();
  });
});

test("a stage without the variable that is an identity source: the function is not called", async () => {
  const others = await startSmallRest([
    (document) => delete block(document, "aws_api_gateway_stage.gateway").variables,
  ]);
  expect((await fetch(`${others.url}/open/7`)).status).toBe(401);
  await others.stop();
});
