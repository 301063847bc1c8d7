import { httpIdentitySources, restIdentitySources } from "../../../contract/identity-sources";

const [TOKEN, ROUTE, PATH, POLICY] = [
  "$request.header.Authorization",
  "$context.routeKey",
  "$context.path",
  "$stageVariables.policy",
];

/** The rules on routes and methods compare each authorizer with these. */
test("the cache key of an authorizer has all inputs of its decision", () => {
  const http = (isPublic: boolean, hasVariable: boolean, byAddress = false) =>
    httpIdentitySources({ isPublic, hasVariable, byAddress });
  expect(http(false, false)).toEqual([TOKEN, ROUTE, POLICY]);
  expect(http(false, true)).toEqual([TOKEN, ROUTE, PATH, POLICY]);
  expect(http(true, false)).toEqual([ROUTE, POLICY]);
  expect(http(true, true)).toEqual([ROUTE, PATH, POLICY]);
  expect(http(false, false, true)).toEqual([TOKEN, ROUTE, POLICY, "$context.identity.sourceIp"]);
  const rest = ["context.httpMethod", "context.resourcePath", "context.path", "stageVariables.policy"];
  expect(restIdentitySources({ isPublic: false })).toEqual(["method.request.header.Authorization", ...rest]);
  expect(restIdentitySources({ isPublic: true })).toEqual(rest);
});
