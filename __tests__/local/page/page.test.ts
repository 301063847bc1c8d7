import { request } from "node:http";
import type { Clouds } from "../../../local/clouds";
import { asPartOf } from "../../../local/current-request";
import { startSmallStack } from "../support/small-stack";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4iLCJzY29wZSI6Im9yZGVycy9yZWFkIn0.c2lnbmF0dXJl";

let clouds: Clouds;
beforeEach(async () => {
  clouds = await startSmallStack([], undefined, { page: { title: "small", port: 0 } });
});
afterEach(() => clouds.stop());

interface News {
  readonly door: string;
  readonly title: string;
  readonly total: number;
  readonly version: number;
  readonly requests: readonly { readonly id: string; readonly path: string; readonly [key: string]: unknown }[];
}

const page = (path: string, init?: RequestInit) => fetch(`${clouds.pageUrl}${path}`, init);
const news = async (seen: Partial<News> = {}): Promise<News> =>
  (await (await page(`/requests?door=${seen.door ?? ""}&after=${seen.version ?? 0}`)).json()) as News;
const call = (path: string, authorization?: string) =>
  fetch(`${clouds.url}${path}`, { headers: authorization === undefined ? {} : { authorization } });
const details = async (path: string) => {
  const found = (await news()).requests.findLast((each) => each.path === path);
  return (await page(`/request?id=${encodeURIComponent(found?.id ?? "")}`)).json();
};

test("a request is there with its way, its caller's claims and its answer", async () => {
  await call("/scoped?code=secret", `Bearer ${TOKEN}`);
  expect(await details("/scoped")).toMatchObject({
    method: "GET",
    path: "/scoped",
    status: 200,
    route: "ANY /scoped",
    caller: "ann (unverified)",
    presented: { sub: "ann", scope: "orders/read" },
    hops: [
      { title: "API Gateway", allowed: true, declaration: "aws_apigatewayv2_route.scoped" },
      { title: "the authorizer", allowed: true, reason: "judge: allowed" },
      { title: "Cloud Run", allowed: true },
    ],
  });
});

test("a refusal names who refused and the declaration", async () => {
  await call("/scoped");
  expect(await details("/scoped")).toMatchObject({
    status: 401,
    refusal: { at: "gateway", declaration: "aws_apigatewayv2_authorizer.scoped.identity_sources" },
  });
});

test("neither a token nor a signature nor a query is in anything that the page can ask for", async () => {
  await call(`/scoped/${TOKEN}?code=${TOKEN}`, `Bearer ${TOKEN}`);
  await call("/scoped?code=secret", `Bearer ${TOKEN}`);
  asPartOf((await news()).requests[0]?.id, () => clouds.trace.refuse("gateway", `${TOKEN} and ya29.local.abc`, TOKEN));
  const ids = (await news()).requests.map(({ id }) => `/request?id=${encodeURIComponent(id)}`);
  const answers = await Promise.all(["/requests", ...ids].map(async (path) => (await page(path)).text()));
  expect(answers.length).toBe(3);
  expect(answers.join()).toContain("(token withheld)");
  expect(answers.join()).not.toMatch(/c2lnbmF0dXJl|eyJ|ya29|secret/);
});

test("an answer waits for news, and a thousand changes are one", async () => {
  const seen = await news();
  const waiting = news(seen);
  const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, "nothing yet"))]);
  expect(early).toBe("nothing yet");
  for (let index = 0; index < 1000; index += 1) {
    clouds.trace.requests.begin({ id: String(index), door: "gateway", startedAt: 0, method: "GET", path: "/x" });
  }
  const { requests, total, version } = await waiting;
  expect([requests.length, requests.at(-1)?.id, total, version]).toEqual([200, "999", 1000, seen.version + 1000]);
});

test("a page that knew another front door gets everything there is at once", async () => {
  await call("/open/1");
  expect((await news({ door: "another", version: 10_000 })).requests).toHaveLength(1);
});

test("the declaration is shown as the stack has it, policies as JSON", async () => {
  const at = async (address: string) => (await page(`/declaration?address=${address}`)).json();
  expect(await at("aws_iam_role.judge.assume_role_policy")).toMatchObject({ Statement: [{ Effect: "Allow" }] });
  expect(await at("aws_apigatewayv2_route.scoped.route_key")).toBe("ANY /scoped");
  expect(await at("aws_apigatewayv2_route.scoped.not_declared")).toMatchObject({ route_key: "ANY /scoped" });
  for (const address of ["aws_iam_role.other", "", "__proto__.constructor", "aws_iam_role.toString"]) {
    expect((await page(`/declaration?address=${address}`)).status).toBe(404);
  }
});

/** `fetch` would set Host by itself. */
function statusFor(host: string): Promise<number | undefined> {
  const { port } = new URL(clouds.pageUrl ?? "");
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, headers: { host }, path: "/requests?after=0" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

test("a page of another host name gets nothing: what resolves to this machine is not this machine", async () => {
  expect(await statusFor("attacker.example")).toBe(421);
  expect(await statusFor("localhost.attacker.example:80")).toBe(421);
  expect(await statusFor("localhost")).toBe(200);
});

test("it only reads, runs nothing but its own files, and no other page may frame or read it", async () => {
  expect((await page("/requests", { method: "POST" })).status).toBe(405);
  expect((await page("/../clouds.ts")).status).toBe(404);
  expect((await page("/page.test.ts")).status).toBe(404);
  for (const path of ["/", "/requests?after=0", "/nothing"]) {
    const { headers } = await page(path);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("closing the front door ends what waits", async () => {
  const waiting = news(await news()).catch(() => "ended");
  await clouds.stop();
  await expect(waiting).resolves.toBeDefined();
});
