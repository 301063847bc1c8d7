import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { block, devDocument, set } from "../../../../support/local/document";
import { HANDLER, startSmallStack } from "../../../../support/local/small-stack";

const STAGE = "aws_apigatewayv2_stage.gateway";
const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";
/** The front door's own, from the stack of the shop's dev. */
const { format: FORMAT } = block(devDocument(), STAGE).access_log_settings as { format: string };

/** Returns the values that the access log names, and a token. */
const handler = HANDLER.replace(
  "const context = {",
  `const context = { issuer: "customers", client: "customers/web", subject: "ann", token: "Bearer ${TOKEN}",`,
);

const started: Clouds[] = [];
afterEach(async () => {
  for (const clouds of started.splice(0)) await clouds.stop();
});

async function front(format: string, ...changes: Parameters<typeof startSmallStack>[0] & object) {
  const lines: string[] = [];
  const log = set(STAGE, { access_log_settings: { destination_arn: "arn:aws:logs:x", format } });
  const options = { now: () => Date.UTC(2026, 10, 5, 7, 8, 9), onAccessLogLine: (line: string) => lines.push(line) };
  const clouds = await startSmallStack([log, ...changes], handler, { gateway: options });
  started.push(clouds);
  const get = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    const response = await fetch(`${clouds.url}${path}`, { headers, method });
    await response.text();
    return response;
  };
  return { lines, get };
}

test("a request that passes: the front door's own format, every value in its place", async () => {
  const { lines, get } = await front(FORMAT);
  const response = await get("/open/7", { authorization: `Bearer ${TOKEN}` });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    requestId: response.headers.get("apigw-requestid"),
    time: "1793862489000",
    route: "GET /open/{id}",
    status: "200",
    responseLatencyMs: "0",
    integrationLatencyMs: "0",
    integrationStatus: "200",
    integrationError: "-",
    authorizerError: "-",
    decision: "allowed",
    issuer: "customers",
    actor: "-",
    callerKind: "-",
    client: "customers/web",
    subject: "ann",
    sourceIp: "127.0.0.1",
    responseBytes: expect.stringMatching(/^[1-9]\d+$/),
    processedBytes: expect.stringMatching(/^[1-9]\d+$/),
  });
});

test("every request has one line, whichever part answers it; an absent value is a hyphen", async () => {
  const { lines, get } = await front(
    "$context.status $context.routeKey $context.error.message $context.error.responseType " +
      "$context.authorizer.error $context.authorizer.decision $context.integration.status",
    set("aws_apigatewayv2_api.gateway", { cors_configuration: { allow_origins: ["https://a.example"] } }),
  );
  await get("/scoped");
  await get("/open/7", { "x-do": "deny" });
  await get("/open/7", { "x-do": "throw" });
  await get("/nowhere");
  await get("/nowhere", { origin: "https://a.example", "access-control-request-method": "GET" }, "OPTIONS");
  await get("/open/7", { "x-long": "x".repeat(11_000) });
  expect(lines).toEqual([
    "401 ANY /scoped Unauthorized UNAUTHORIZED - - -",
    "403 GET /open/{id} Forbidden ACCESS_DENIED - - -",
    "500 GET /open/{id} Internal Server Error DEFAULT_5XX the authorizer's function failed - -",
    "404 - Not Found RESOURCE_NOT_FOUND - - -",
    "204 - - - - - -",
    "431 - Request Header Fields Too Large DEFAULT_4XX - - -",
  ]);
});

test("for a service that cannot be reached, the line has no status but the reason", async () => {
  const { lines, get } = await front(
    "$context.status|$context.integrationStatus|$context.integration.error",
    set("aws_apigatewayv2_integration.shop", { integration_uri: "https://unknown.example" }),
  );
  await get("/open/7");
  expect(lines[0]).toMatch(/^503\|-\|.*unknown\.example/);
});

test("without settings there is no log", async () => {
  const lines: string[] = [];
  const clouds = await startSmallStack([], undefined, { gateway: { onAccessLogLine: (line) => lines.push(line) } });
  started.push(clouds);
  await fetch(`${clouds.url}/open/7`);
  expect(lines).toEqual([]);
});
