import { Cors } from "../../../../../packages/local-front-door/gateway/http/cors";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { changed, set } from "../../../../support/local/document";
import { smallDocument } from "../../../../support/local/small-document";

const API = "aws_apigatewayv2_api.gateway";
const ORIGIN = "https://shop.example.com";
const DECLARED = {
  allow_credentials: false,
  allow_headers: ["authorization", "content-type"],
  allow_methods: ["GET", "POST"],
  allow_origins: [ORIGIN, "http://localhost:3000"],
  expose_headers: ["apigw-requestid"],
  max_age: 600,
};

function corsOf(cors_configuration: object, localOrigins?: readonly string[]): Cors {
  const stack = Stack.of(changed(smallDocument(), set(API, { cors_configuration })) as TerraformDocument, "/nowhere");
  const [api] = stack.all("aws_apigatewayv2_api");
  const cors = api && Cors.of(stack, api, localOrigins);
  if (cors === undefined) throw new Error("no CORS");
  return cors;
}

const from = (origin: string) => new Map([["origin", origin]]);
/** CORS headers of a preflight's answer, and of a service's that allows every page. */
const answers = (cors: Cors, origin: string) => [
  cors.preflight(from(origin)).headers ?? {},
  cors.onAnswer({ status: 200, headers: { "Access-Control-Allow-Origin": "*", "x-own": "1" }, body: "" }, from(origin))
    .headers,
];

test("a declared origin gets the declared CORS headers, and another origin gets none", () => {
  const cors = corsOf(DECLARED);
  expect(answers(cors, ORIGIN)).toEqual([
    {
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-headers": "authorization,content-type",
      "access-control-allow-methods": "GET,POST",
      "access-control-max-age": "600",
    },
    {
      "access-control-allow-origin": ORIGIN,
      "access-control-expose-headers": "apigw-requestid",
      "x-own": "1",
    },
  ]);
  const foreign = [
    "https://foreign.example",
    "http://shop.example.com",
    `${ORIGIN}:444`,
    "null",
    "https://x.shop.example.com",
  ];
  for (const origin of foreign) {
    expect([origin, ...answers(cors, origin)]).toEqual([origin, {}, { "x-own": "1" }]);
    expect(cors.isAllowed(from(origin))).toBe(false);
  }
});

test("origin patterns and credentials are supported", () => {
  const allowed = (allow_origins: readonly string[], allow_credentials = false) =>
    corsOf({ allow_origins, allow_credentials }).preflight(from(ORIGIN)).headers ?? {};
  expect([allowed(["*"]), allowed(["https://*"]), allowed(["http://*"]), allowed([ORIGIN], true)]).toEqual([
    { "access-control-allow-origin": "*" },
    { "access-control-allow-origin": ORIGIN },
    {},
    { "access-control-allow-origin": ORIGIN, "access-control-allow-credentials": "true" },
  ]);
});

test("only OPTIONS with both of its headers is a preflight", () => {
  const cors = corsOf(DECLARED);
  const both = new Map([...from(ORIGIN), ["access-control-request-method", "GET"]]);
  expect([cors.isPreflight("OPTIONS", both), cors.isPreflight("GET", both)]).toEqual([true, false]);
  expect(cors.isPreflight("OPTIONS", from(ORIGIN))).toBe(false);
});

test("a local origin may also call, and is a deviation if it is not declared", () => {
  const LOCAL = "http://localhost:5173";
  const cors = corsOf(DECLARED, [LOCAL, "http://localhost:3000", LOCAL]);
  expect([cors.isAllowed(from(LOCAL)), cors.isLocal(from(LOCAL)), cors.isLocal(from(ORIGIN))]).toEqual([
    true,
    true,
    false,
  ]);
  for (const origin of ["http://localhost:5174", "https://localhost:5173", "https://foreign.example"]) {
    expect([origin, cors.isAllowed(from(origin))]).toEqual([origin, false]);
  }
  expect(cors.deviations).toEqual([`${API}.cors_configuration.allow_origins: on this machine ${LOCAL} may also call`]);
});
