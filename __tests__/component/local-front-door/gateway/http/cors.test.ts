import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { set } from "../../../../support/local/document";
import { startSmallStack } from "../../../../support/local/small-stack";

/** The gateway's answers to pages; unit/local-front-door/gateway/http/cors has every kind of origin. */
const API = "aws_apigatewayv2_api.gateway";
const ORIGIN = "https://shop.example.com";
const LOCAL = "http://localhost:5173";
const FOREIGN = "https://foreign.example";
const CORS = { allow_methods: ["GET"], allow_origins: [ORIGIN], expose_headers: ["apigw-requestid"] };
/** A service that allows every page. */
const service = async () => ({
  status: 200,
  headers: { "Access-Control-Allow-Origin": "*", "x-own": "1" },
  body: "{}",
});

let clouds: Clouds;
beforeAll(async () => {
  const gateway = { localOrigins: [LOCAL] };
  clouds = await startSmallStack([set(API, { cors_configuration: CORS })], undefined, { service, gateway });
});
afterAll(() => clouds.stop());
beforeEach(() => clouds.trace.clear());

/** Status, and the headers that matter to a page. */
async function asked({ url }: Clouds, path: string, init: RequestInit = {}) {
  const { status, headers } = await fetch(`${url}${path}`, init);
  expect(headers.get("apigw-requestid")).toMatch(/=$/);
  return { status, cors: Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-"))) };
}

const preflight = (origin: string, method = "GET") => ({
  method: "OPTIONS",
  headers: { origin, "access-control-request-method": method },
});
const remarks = () => clouds.trace.hops.flatMap(({ reason }) => /^not documented \((.*?)\)/.exec(reason)?.[1] ?? []);

test("the gateway answers a preflight without a token, for any path", async () => {
  const cors = { "access-control-allow-methods": "GET" };
  for (const origin of [ORIGIN, LOCAL]) {
    const expected = { status: 204, cors: { ...cors, "access-control-allow-origin": origin } };
    expect(await asked(clouds, "/open/7", preflight(origin))).toEqual(expected);
    expect(await asked(clouds, "/nowhere", preflight(origin, "DELETE"))).toEqual(expected);
  }
  expect(await asked(clouds, "/open/7", preflight(FOREIGN))).toEqual({ status: 204, cors: {} });
  expect(clouds.trace.hops.map(({ at, allowed }) => [at, allowed])).toEqual([
    ...Array.from({ length: 4 }, () => ["gateway", true]),
    ["gateway", false],
    ["gateway", true],
  ]);
  expect(remarks()).toEqual(["preflight-foreign-origin"]);
});

test("OPTIONS without the headers of a preflight is an ordinary request", async () => {
  const answer = await asked(clouds, "/open/7", { method: "OPTIONS", headers: { origin: ORIGIN } });
  expect(answer).toEqual({ status: 404, cors: {} });
});

test("a route that matches OPTIONS itself, as ANY does, gets the preflight, and its authorizer refuses it", async () => {
  expect(await asked(clouds, "/scoped", preflight(ORIGIN))).toEqual({ status: 401, cors: {} });
  expect(remarks()).toContain("preflight-route");
});

test("the service's own CORS headers are replaced by the gateway's; its own refusals have none", async () => {
  const exposed = { "access-control-expose-headers": "apigw-requestid" };
  const from = (origin: string) => ({ headers: { origin } });
  expect((await fetch(`${clouds.url}/open/7`, from(ORIGIN))).headers.get("x-own")).toBe("1");
  const allowed = { status: 200, cors: { ...exposed, "access-control-allow-origin": ORIGIN } };
  expect(await asked(clouds, "/open/7", from(ORIGIN))).toEqual(allowed);
  expect((await asked(clouds, "/open/7", from(FOREIGN))).cors).toEqual({});
  expect((await asked(clouds, "/open/7")).cors).toEqual({});
  expect(await asked(clouds, "/scoped", from(ORIGIN))).toEqual({ status: 401, cors: {} });
  expect(remarks()).toEqual(["cors-own-answers"]);
});

test("without cors_configuration OPTIONS is 404, and the service's own headers pass", async () => {
  const plain = await startSmallStack([], undefined, { service });
  expect(await asked(plain, "/open/7", preflight(ORIGIN))).toEqual({ status: 404, cors: {} });
  const passed = { "access-control-allow-origin": "*" };
  expect((await asked(plain, "/open/7", { headers: { origin: ORIGIN } })).cors).toEqual(passed);
  expect(plain.gateway.deviations).toEqual([]);
  await plain.stop();
});

test("an origin of this machine is a deviation, which is listed and traced", async () => {
  const declaration = `${API}.cors_configuration.allow_origins`;
  const started = await startSmallStack([set(API, { cors_configuration: CORS })], undefined, {
    gateway: { localOrigins: [LOCAL] },
  });
  const [deviation] = started.gateway.deviations;
  expect(deviation).toMatch(new RegExp(`^${declaration}: .*${LOCAL}`));
  expect(started.deviations).toContain(deviation);
  expect(started.trace.hops).toContainEqual(
    expect.objectContaining({ reason: `deviation: ${deviation}`, declaration }),
  );
  await started.stop();
});
