import { YAMLParseError } from "yaml";
import { syntaxFault } from "../../../intent/yaml-syntax";

test("a tab gets the remedy that helps", () => {
  expect(syntaxFault(new YAMLParseError([0, 1], "TAB_AS_INDENT", "Tabs are not allowed as indentation"))).toEqual({
    message: "got a tab, expected spaces (YAML allows no tabs in indentation)",
    remedy: "indent with spaces",
  });
});

test("a route key between braces gets the remedy that helps", () => {
  const error = new YAMLParseError([0, 1], "MISSING_CHAR", "Missing , or : between flow map items");
  expect(syntaxFault(error).remedy).toContain('within { } a route key wants quotes, as in "GET /orders/{id}"');
});

test("any other complaint is the parser's own, in one line", () => {
  expect(syntaxFault(new YAMLParseError([0, 1], "BAD_DQ_ESCAPE", "Invalid escape sequence \\q\n\nfoo"))).toEqual({
    message: "got no valid YAML: Invalid escape sequence \\q",
    remedy: "correct the syntax at this place",
  });
});
