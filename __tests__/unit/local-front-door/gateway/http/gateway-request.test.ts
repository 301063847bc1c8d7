import {
  expressionValue,
  type GatewayRequest,
  readGatewayRequest,
} from "../../../../../packages/local-front-door/gateway/http/gateway-request";
import { testAll } from "../../../../support/test-all";

const read = (target: string, headers: readonly (readonly [string, string])[] = []) =>
  readGatewayRequest({ method: "GET", host: "x", target, headers, body: "" });

test("a path is decoded once, a query not at all", () => {
  expect(read("/a%2Fb/%2525?x=%2F?y")).toMatchObject({ path: "/a/b/%25", query: "x=%2F?y" });
  expect(read("/%E9")).toBeUndefined();
});

test("header names are in lower case, and repeated headers are joined", () => {
  const headers = read("/", [
    ["X-One", "a"],
    ["x-one", "b"],
    ["Other", "c"],
  ])?.headers;
  expect(headers).toEqual(
    new Map([
      ["x-one", "a,b"],
      ["other", "c"],
    ]),
  );
});

const REQUEST = {
  ...read("/a?b=c", [["Authorization", "Bearer x"]]),
  sourceIp: "127.0.0.1",
  match: { routeKey: "GET /a" },
  stageVariables: new Map([["policy", "abc"]]),
  requestId: "id-1",
  authorizer: new Map([["subject", "ann"]]),
} as unknown as GatewayRequest;

testAll([
  ["$request.header.authorization", "Bearer x"],
  ["$request.header.AUTHORIZATION", "Bearer x"],
  ["$request.header.none", undefined],
  ["$request.querystring.b", "c"],
  ["$request.querystring.none", undefined],
  ["$request.path", "/a"],
  ["$context.routeKey", "GET /a"],
  ["$context.path", "/a"],
  ["$context.requestId", "id-1"],
  ["$context.authorizer.subject", "ann"],
  ["$context.authorizer.none", undefined],
  ["$stageVariables.policy", "abc"],
  ["$stageVariables.none", undefined],
])("%s is %j", (expression, value) => {
  expect(expressionValue(expression, REQUEST, "here")).toBe(value);
});

testAll(["$context.stage", "$context.toString", "$request.body.x", "$other.x", "${request.path}", "x"])(
  "%s is unknown, and has no made-up value",
  (expression) => {
    expect(() => expressionValue(expression, REQUEST, "here")).toThrow("here: unknown expression");
  },
);
