import type { Clouds } from "../../../local/clouds";
import { set } from "../support/document";
import { startSmallStack } from "../support/small-stack";

const API = "aws_apigatewayv2_api.gateway";
const ORIGIN = "https://shop.example.com";
const CORS = {
  allow_credentials: false,
  allow_headers: ["authorization", "content-type"],
  allow_methods: ["GET", "POST"],
  allow_origins: [ORIGIN, "http://localhost:3000"],
  expose_headers: ["apigw-requestid"],
  max_age: 600,
};
/** A service that allows every page, and says what else it has heard of CORS. */
const service = async () => ({
  status: 200,
  headers: { "Access-Control-Allow-Origin": "*", "access-control-allow-methods": "*", "x-own": "1" },
  body: "{}",
});

let clouds: Clouds;
beforeAll(async () => {
  clouds = await startSmallStack([set(API, { cors_configuration: CORS })], undefined, { service });
});
afterAll(() => clouds.stop());

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

test("a preflight of a declared origin is answered by the gateway, with no token and whatever the path", async () => {
  clouds.trace.clear();
  const expected = {
    status: 204,
    cors: {
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-headers": "authorization,content-type",
      "access-control-allow-methods": "GET,POST",
      "access-control-max-age": "600",
    },
  };
  expect(await asked(clouds, "/open/7", preflight(ORIGIN))).toEqual(expected);
  expect(await asked(clouds, "/nowhere", preflight(ORIGIN, "DELETE"))).toEqual(expected);
  expect(clouds.trace.hops.map(({ at }) => at)).toEqual(["gateway", "gateway"]);
});

test.each([
  "https://foreign.example",
  "http://shop.example.com",
  `${ORIGIN}:444`,
  "null",
  "https://x.shop.example.com",
])("the origin %s is not declared, and gets no CORS header, on a preflight or an answer", async (origin) => {
  expect(await asked(clouds, "/open/7", preflight(origin))).toEqual({ status: 204, cors: {} });
  expect(await asked(clouds, "/open/7", { headers: { origin } })).toEqual({ status: 200, cors: {} });
});

test("OPTIONS without the headers of a preflight is a request like others", async () => {
  expect(await asked(clouds, "/open/7", { method: "OPTIONS", headers: { origin: ORIGIN } })).toEqual({
    status: 404,
    cors: {},
  });
});

test("a route that matches OPTIONS itself, as ANY does, gets the preflight: its authorizer refuses it", async () => {
  expect(await asked(clouds, "/scoped", preflight(ORIGIN))).toEqual({ status: 401, cors: {} });
  expect(clouds.trace.hops.map(({ reason }) => reason).join()).toContain("not documented (preflight-route)");
});

test("the service's own CORS headers are replaced by the gateway's", async () => {
  const response = await fetch(`${clouds.url}/open/7`, { headers: { origin: ORIGIN } });
  expect(response.headers.get("x-own")).toBe("1");
  expect(await asked(clouds, "/open/7", { headers: { origin: ORIGIN } })).toEqual({
    status: 200,
    cors: { "access-control-allow-origin": ORIGIN, "access-control-expose-headers": "apigw-requestid" },
  });
  expect((await asked(clouds, "/open/7")).cors).toEqual({});
});

test("the gateway's own refusals have none", async () => {
  expect(await asked(clouds, "/scoped", { headers: { origin: ORIGIN } })).toEqual({ status: 401, cors: {} });
  expect(clouds.trace.hops.at(-1)?.reason).toMatch(/^not documented \(cors-own-answers\)/);
});

test("without cors_configuration OPTIONS is 404, and the service's own headers pass", async () => {
  const changed = await startSmallStack([], undefined, { service });
  expect(await asked(changed, "/open/7", preflight(ORIGIN))).toEqual({ status: 404, cors: {} });
  expect((await asked(changed, "/open/7", { headers: { origin: ORIGIN } })).cors).toMatchObject({
    "access-control-allow-origin": "*",
  });
  await changed.stop();
});

describe("with origins of this machine", () => {
  const LOCAL = "http://localhost:5173";
  let local: Clouds;
  beforeAll(async () => {
    const gateway = { localOrigins: [LOCAL, "http://localhost:3000"] };
    local = await startSmallStack([set(API, { cors_configuration: CORS })], undefined, { service, gateway });
  });
  afterAll(() => local.stop());

  test("a page of one may call, and no other than before", async () => {
    const cors = { "access-control-allow-origin": LOCAL };
    expect(await asked(local, "/open/7", preflight(LOCAL))).toMatchObject({ status: 204, cors });
    expect(await asked(local, "/open/7", { headers: { origin: LOCAL } })).toMatchObject({ status: 200, cors });
    const others = ["http://localhost:5174", "https://localhost:5173", "https://foreign.example"];
    for (const origin of others) expect((await asked(local, "/open/7", preflight(origin))).cors).toEqual({});
  });

  test("each that is not declared is a deviation, shown and in the trace", () => {
    const deviation = `${API}.cors_configuration.allow_origins: on this machine ${LOCAL} may call too`;
    expect(local.gateway.deviations).toEqual([deviation]);
    expect(local.deviations).toContain(deviation);
    const declaration = `${API}.cors_configuration.allow_origins`;
    expect(local.trace.hops).toContainEqual(
      expect.objectContaining({ reason: `deviation: ${deviation}`, declaration }),
    );
    expect(local.trace.hops).toContainEqual(expect.objectContaining({ reason: "preflight, of a local origin" }));
    expect(clouds.gateway.deviations).toEqual([]);
  });

  test("an API without CORS has nothing to add one to", async () => {
    await expect(startSmallStack([], undefined, { gateway: { localOrigins: [LOCAL] } })).rejects.toThrow(
      `${API}.cors_configuration: none, so no local origin can be added`,
    );
  });
});

test.each([
  [["*"], false, { "access-control-allow-origin": "*" }],
  [["https://*"], false, { "access-control-allow-origin": ORIGIN }],
  [["http://*"], false, {}],
  [[ORIGIN], true, { "access-control-allow-origin": ORIGIN, "access-control-allow-credentials": "true" }],
])("origins %j with credentials %j", async (allow_origins, allow_credentials, cors) => {
  const changed = await startSmallStack([set(API, { cors_configuration: { allow_origins, allow_credentials } })]);
  expect(await asked(changed, "/open/7", preflight(ORIGIN))).toEqual({ status: 204, cors });
  await changed.stop();
});

test.each([
  ["allow_credentials", { allow_origins: ["*"], allow_credentials: true }],
  ["allow_origins", { allow_origins: "*" }],
  ["allow_private_network", { allow_private_network: true }],
])("with a wrong %s the gateway does not start", async (attribute, cors_configuration) => {
  await expect(startSmallStack([set(API, { cors_configuration })])).rejects.toThrow(
    `${API}.cors_configuration.${attribute}: `,
  );
});
