import { documentOf, documentTemplate } from "../../../contract/document-template";
import { testAll } from "../../support/test-all";

test("a template writes its document, and no sign has a meaning in Velocity", () => {
  const content = { resource: "https://a.example/$context.x", scopes_supported: ["a#b", '"', "${x}"] };
  const template = documentTemplate(content);
  expect(template).not.toMatch(/[$#]/);
  expect(documentOf(template)).toEqual(content);
});

testAll<[string, unknown]>([
  ["with a variable", '{"a":"$context.authorizer.googleAuthorization"}'],
  ["with a directive", '#set($x = 1){"a":"b"}'],
  ["that is no JSON", "hello"],
  ["that is a list", '["a"]'],
  ["that is null", "null"],
  ["with a number", '{"a":1}'],
  ["with an object inside", '{"a":{"b":"c"}}'],
  ["that is missing", undefined],
])("a template %s has no document", (_, template) => {
  expect(documentOf(template)).toBeUndefined();
});
