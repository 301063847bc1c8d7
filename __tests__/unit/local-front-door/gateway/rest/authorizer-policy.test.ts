import { allows, readAuthorizerPolicy } from "../../../../../packages/local-front-door/gateway/rest/authorizers";
import { testAll } from "../../../../support/test-all";

const ARN = "arn:aws:execute-api:eu-west-1:111122223333:abc/live/GET/orders/7";

const answer = (...statements: readonly object[]) => ({
  principalId: "somebody",
  policyDocument: { Version: "2012-10-17", Statement: statements },
});
const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: ARN };

testAll<[string, readonly object[], boolean]>([
  ["exactly this method", [allow], true],
  ["another path", [{ ...allow, Resource: ARN.replace("7", "8") }], false],
  ["another method", [{ ...allow, Resource: ARN.replace("GET", "PUT") }], false],
  ["a part of the path", [{ ...allow, Resource: ARN.slice(0, -1) }], false],
  ["every method of the API", [{ ...allow, Resource: ARN.replace("GET/orders/7", "*") }], true],
  ["one of several resources", [{ ...allow, Resource: ["other", ARN] }], true],
  ["any action", [{ ...allow, Action: "*" }], true],
  ["actions in another case", [{ ...allow, Action: ["EXECUTE-API:invoke"] }], true],
  ["another action", [{ ...allow, Action: "execute-api:ManageConnections" }], false],
  ["an Allow and a Deny", [allow, { ...allow, Effect: "Deny", Resource: "*" }], false],
  ["an Allow and a Deny of something else", [allow, { ...allow, Effect: "Deny", Resource: "other" }], true],
  ["no statement", [], false],
])("%s: %s", (_, statements, allowed) => {
  expect(allows(readAuthorizerPolicy(answer(...statements)), ARN)).toBe(allowed);
});

testAll<[string, unknown]>([
  ["nothing", undefined],
  ["an HTTP API's answer", { isAuthorized: true }],
  ["no principal", { ...answer(allow), principalId: undefined }],
  ["no version", { principalId: "x", policyDocument: { Statement: [allow] } }],
  ["a condition", answer({ ...allow, Condition: {} })],
  ["a NotAction", answer({ Effect: "Allow", NotAction: "x", Resource: ARN })],
  ["a policy variable", answer({ ...allow, Resource: "${aws:username}" })],
  ["an unknown effect", answer({ ...allow, Effect: "allow" })],
  ["a nested context", { ...answer(allow), context: { scopes: ["a"] } }],
  ["a key that is not a text", { ...answer(allow), usageIdentifierKey: 7 }],
])("%s is not a valid policy", (_, given) => {
  expect(() => readAuthorizerPolicy(given)).toThrow();
});

testAll([{ Action: "execute-api:Invoke" }, { Resource: ARN }])("a statement with only %j is not valid", (part) => {
  expect(() => readAuthorizerPolicy(answer({ Effect: "Allow", ...part }))).toThrow("an action or a resource");
});

test("context values are texts, and the principal is among them", () => {
  const { context } = readAuthorizerPolicy({ ...answer(allow), context: { n: 1, b: true, t: "x" } });
  expect(Object.fromEntries(context)).toEqual({ principalId: "somebody", n: "1", b: "true", t: "x" });
});
