import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { set } from "../../../../support/local/document";
import { preflight } from "../../../../support/local/rest/preflight";
import { restEnvironment } from "../../../../support/local/rest/rest-document";
import { call } from "../../../../system/attack/support/gateway-call";

const environment = restEnvironment();
let clouds: Clouds;
beforeAll(async () => {
  clouds = await environment.start("dev");
});
afterAll(async () => {
  await clouds.stop();
  environment.remove();
});

/** A declared origin of dev. */
const SHOP = "https://dev.shop.example.com";

test("a declared origin learns what it may send, in either case of its header", async () => {
  for (const name of ["Origin", "origin"]) {
    const answer = await preflight(clouds.url, "/orders", [name, SHOP]);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": SHOP,
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "authorization,content-type",
      "access-control-max-age": "600",
      vary: "Origin",
    });
  }
});

test("another origin gets no allowed origin", async () => {
  for (const origin of ["https://evil.example", `${SHOP}.evil.example`, SHOP.toUpperCase(), "null", ""]) {
    const { statusCode, headers } = await preflight(clouds.url, "/orders", ["Origin", origin]);
    expect([origin, statusCode, headers["access-control-allow-origin"]]).toEqual([origin, 204, undefined]);
    const { reason, declaration } = clouds.trace.refusal ?? {};
    expect([reason?.includes(` ${origin} `), declaration]).toEqual([
      true,
      "aws_api_gateway_integration.preflight_orders",
    ]);
  }
});

test("any page may read a refusal by the gateway, which contains nothing about a caller", async () => {
  const { status, headers, body } = await call(clouds.url, "/live/orders", { headers: ["Origin", SHOP] });
  expect([status, headers["access-control-allow-origin"], body]).toEqual([401, "*", { message: "Unauthorized" }]);
});

test("a body of another media type has no template: 500", async () => {
  const answer = await preflight(clouds.url, "/orders", ["Origin", SHOP, "Content-Type", "text/plain"]);
  expect(answer.statusCode).toBe(500);
});

test("without its conversion to text, every preflight is 500: all bodies are binary here", async () => {
  const binary = set("aws_api_gateway_integration.preflight_orders", { content_handling: undefined });
  const others = await environment.start("dev", binary);
  expect((await preflight(others.url, "/orders", ["Origin", SHOP])).statusCode).toBe(500);
  await others.stop();
});

test("a page of this machine may also be allowed, which is reported as a deviation", async () => {
  const page = "http://localhost:5173";
  const others = await environment.startWith("dev", { localOrigins: [page] });
  const { headers } = await preflight(others.url, "/orders", ["Origin", page]);
  expect(headers["access-control-allow-origin"]).toBe(page);
  const other = await preflight(others.url, "/orders", ["Origin", "http://localhost:5174"]);
  expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  expect(others.gateway.deviations).toContainEqual(
    expect.stringContaining(`preflights from ${page} are also answered`),
  );
  await others.stop();
});
