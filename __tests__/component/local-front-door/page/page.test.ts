import { request } from "node:http";
import { join } from "node:path";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { type RepeatedRequest, WhyPage, type WhyPageProps } from "../../../../packages/local-front-door/page/page";
import type { TerraformDocument } from "../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../packages/local-front-door/terraform/stack";
import { asPartOf, LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { smallDocument } from "../../../support/local/small-document";
import { startSmallStack } from "../../../support/local/small-stack";
import { ROOT } from "../../../support/places";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4iLCJzY29wZSI6Im9yZGVycy9yZWFkIn0.c2lnbmF0dXJl";

/** A page over a log that the test writes. */
const pages: WhyPage[] = [];
afterEach(async () => {
  for (const each of pages.splice(0)) await each.stop();
});
async function lonePage(
  more: Partial<Pick<WhyPageProps, "calls" | "explaining">> = {},
): Promise<{ readonly url: string; readonly trace: LocalTrace; readonly page: WhyPage }> {
  const trace = new LocalTrace();
  const stack = Stack.of(smallDocument() as TerraformDocument, "/nowhere");
  const assets = join(ROOT, "packages/local-front-door/page/assets");
  const page = new WhyPage({
    title: "small",
    stack,
    log: trace.requests,
    explaining: { ruleOf: () => undefined, callerOf: () => undefined },
    deviations: [],
    notSimulated: [],
    assets,
    ...more,
  });
  pages.push(page);
  return { url: await page.start(0), trace, page };
}

interface News {
  readonly door: string;
  readonly title: string;
  readonly firstCall?: string;
  readonly total: number;
  readonly version: number;
  readonly requests: readonly { readonly id: string; readonly path: string; readonly [key: string]: unknown }[];
}

const newsOf = async (url: string, seen: Partial<News> = {}): Promise<News> =>
  (await (await fetch(`${url}/requests?door=${seen.door ?? ""}&after=${seen.version ?? 0}`)).json()) as News;

describe("the page of a front door", () => {
  let clouds: Clouds;
  beforeAll(async () => {
    clouds = await startSmallStack([], undefined, { page: { title: "small", port: 0 } });
  });
  afterAll(() => clouds.stop());

  const page = (path: string) => fetch(`${clouds.pageUrl}${path}`);
  const news = () => newsOf(clouds.pageUrl ?? "");
  const call = (path: string, authorization?: string) =>
    fetch(`${clouds.url}${path}`, { headers: authorization === undefined ? {} : { authorization } });
  const detailsOfLast = async (path: string) => {
    const found = (await news()).requests.findLast((each) => each.path === path);
    return (await page(`/request?id=${encodeURIComponent(found?.id ?? "")}`)).json();
  };

  test("shows a request with its path, its caller's claims and its answer", async () => {
    await call("/scoped?code=secret", `Bearer ${TOKEN}`);
    expect(await detailsOfLast("/scoped")).toMatchObject({
      method: "GET",
      path: "/scoped",
      status: 200,
      route: "ANY /scoped",
      caller: "ann (unverified)",
      presented: { sub: "ann", scope: "orders/read" },
      headline: "200: allowed",
      steps: [
        {
          title: "API Gateway",
          milliseconds: expect.any(Number),
          entries: [
            { allowed: true, declaration: "aws_apigatewayv2_route.scoped" },
            {
              title: "the authorizer",
              milliseconds: expect.any(Number),
              entries: [{ allowed: true, reason: "judge: allowed" }],
            },
            { title: "Cloud Run", milliseconds: expect.any(Number), entries: [{ allowed: true }] },
          ],
        },
      ],
    });
    await call("/scoped");
    expect(await detailsOfLast("/scoped")).toMatchObject({
      status: 401,
      headline: "401: no token; aws_apigatewayv2_authorizer.scoped.identity_sources",
      refusal: { at: "gateway", declaration: "aws_apigatewayv2_authorizer.scoped.identity_sources" },
    });
  });

  test("nothing that the page can request has a token, a signature or a query", async () => {
    await call(`/scoped/${TOKEN}?code=${TOKEN}`, `Bearer ${TOKEN}`);
    await call("/scoped?code=secret", `Bearer ${TOKEN}`);
    for (const dot of ["%2E", "%2e", "%252E"]) await call(`/scoped/${TOKEN.replaceAll(".", dot)}`);
    asPartOf((await news()).requests[0]?.id, () =>
      clouds.trace.refuse("gateway", `${TOKEN} and ya29.local.abc`, TOKEN),
    );
    const ids = (await news()).requests.map(({ id }) => `/request?id=${encodeURIComponent(id)}`);
    const answers = await Promise.all(["/requests", ...ids].map(async (path) => (await page(path)).text()));
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.join()).toContain("(token withheld)");
    expect(answers.join()).not.toMatch(/c2lnbmF0dXJl|eyJ|ya29|secret/);
  });
});

test("an answer waits for a change, and combines a thousand changes", async () => {
  const { url, trace } = await lonePage();
  const seen = await newsOf(url);
  const waiting = newsOf(url, seen);
  const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, "nothing yet"))]);
  expect(early).toBe("nothing yet");
  for (let index = 0; index < 1000; index += 1) {
    trace.requests.begin({ id: String(index), door: "gateway", startedAt: 0, method: "GET", path: "/x" });
  }
  const { requests, total, version } = await waiting;
  expect([requests.length, requests.at(-1)?.id, total, version]).toEqual([200, "999", 1000, seen.version + 1000]);
  // A page that saw another front door before immediately gets all requests.
  expect((await newsOf(url, { door: "another", version: 10_000 })).requests).toHaveLength(200);
});

test("a request is repeated by the name of its caller, and what looks like a token never reaches the command", async () => {
  const asked: RepeatedRequest[] = [];
  const again = (request: RepeatedRequest) => {
    asked.push(request);
    return "curl -s http://127.0.0.1/x";
  };
  const callerOf = () => ({ name: "customers/web", scopes: [] });
  const { url, trace } = await lonePage({
    calls: { first: "curl -s http://127.0.0.1/first", again },
    explaining: { ruleOf: () => undefined, callerOf },
  });
  const begun = { door: "gateway", startedAt: 0, method: "GET" } as const;
  trace.requests.begin({ ...begun, id: "a", path: "/x", presented: { sub: "ann", username: TOKEN } });
  trace.requests.begin({ ...begun, id: "b", path: `/x/${TOKEN}` });
  trace.requests.end("b", { status: 200, milliseconds: 1, client: "-" });
  expect((await newsOf(url)).firstCall).toBe("curl -s http://127.0.0.1/first");
  for (const id of ["a", "b"]) {
    expect(await (await fetch(`${url}/request?id=${id}`)).json()).toMatchObject({
      callCommand: "curl -s http://127.0.0.1/x",
    });
  }
  const call = { door: "gateway", method: "GET" };
  expect(asked).toEqual([
    { ...call, path: "/x", caller: "customers/web", user: "(token withheld)", hadToken: true },
    { ...call, path: "/x/(token withheld)", hadToken: false },
  ]);
  expect((await fetch(`${url}/request?id=other`)).status).toBe(404);
});

test("the declaration is shown as in the stack, with policies as JSON", async () => {
  const { url } = await lonePage();
  const ask = (address: string) => fetch(`${url}/declaration?address=${address}`);
  const at = async (address: string) => (await ask(address)).json();
  expect(await at("aws_iam_role.judge.assume_role_policy")).toMatchObject({ Statement: [{ Effect: "Allow" }] });
  expect(await at("aws_apigatewayv2_route.scoped.route_key")).toBe("ANY /scoped");
  expect(await at("aws_apigatewayv2_route.scoped.not_declared")).toMatchObject({ route_key: "ANY /scoped" });
  for (const address of ["aws_iam_role.other", "", "__proto__.constructor", "aws_iam_role.toString"]) {
    expect((await ask(address)).status).toBe(404);
  }
});

/** Not with `fetch`, which sets Host itself. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, headers: { host }, path: "/requests?after=0" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

test("a request with another host name gets nothing, even if that name resolves to this machine", async () => {
  const { url } = await lonePage();
  expect(await statusFor(url, "attacker.example")).toBe(421);
  expect(await statusFor(url, "localhost.attacker.example:80")).toBe(421);
  expect(await statusFor(url, "localhost")).toBe(200);
});

test("it only reads, runs nothing but its own files, and no other page may frame or read it", async () => {
  const { url } = await lonePage();
  const page = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);
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

test("closing the front door ends waiting requests", async () => {
  const { url, page } = await lonePage();
  const waiting = newsOf(url, await newsOf(url)).catch(() => "ended");
  await page.stop();
  await expect(waiting).resolves.toBeDefined();
});
