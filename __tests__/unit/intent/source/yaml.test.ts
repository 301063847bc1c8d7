import { nodeAt, plain } from "../../../../intent/source/located";
import { parseYaml } from "../../../../intent/source/yaml";
import { testAll } from "../../../support/test-all";

const parse = (text: string) => parseYaml("config/dev.yaml", text);
const shown = (text: string) =>
  parse(text).findings.map(
    ({ origin, path, message }) => `${origin.line}:${origin.column} ${path.join(".")} ${message}`,
  );

test("a file becomes a tree whose entries have the places of their keys", () => {
  const { tree, findings } = parse(
    '# a comment\nservices:\n  orders:\n    scaling: { min: 0, max: 10 }\n    names: [a, "b"]\n',
  );
  expect(findings).toEqual([]);
  expect(tree && plain(tree)).toEqual({ services: { orders: { scaling: { min: 0, max: 10 }, names: ["a", "b"] } } });
  const at = (...path: (string | number)[]) => tree && nodeAt(tree, path)?.origin;
  expect(at("services")).toEqual({ file: "config/dev.yaml", line: 2, column: 1 });
  expect(at("services", "orders", "scaling", "max")).toEqual({ file: "config/dev.yaml", line: 4, column: 24 });
  expect(at("services", "orders", "names", 1)).toEqual({ file: "config/dev.yaml", line: 5, column: 16 });
});

test("keys are text, whatever they look like", () => {
  const { tree } = parse("404: a\non: b\nno: c\nnull: d\n1.0: e\n");
  expect(tree && [...tree.entries.keys()]).toEqual(["404", "on", "no", "null", "1.0"]);
});

testAll([
  [
    "a duplicate key",
    "a: 1\nb: 2\na: 3",
    '3:1 a got the key "a" a second time (first in line 1), expected each key once',
  ],
  ["a tab", "a:\n\tb: 1", "2:1  got a tab, expected spaces (YAML allows no tabs in indentation)"],
  ["an anchor", "a: &x 1", "1:1 a got the anchor &x, expected a value without one"],
  ["an anchor on a key", "&x a: 1", "1:4  got the anchor &x, expected a value without one"],
  ["an alias", "a: *x", "1:1 a got the alias *x, expected the value itself"],
  ["an alias in a list", "a:\n  - *x", "2:5 a.0 got the alias *x, expected the value itself"],
  ["a merge key", "<<: { a: 1 }", "1:1  got the merge key <<, expected the keys themselves"],
  ["a tag", "a: !!str 1", "1:1 a got the tag !!str, expected a value without one"],
  ["a custom tag", "a: !secret x", "1:1 a got the tag !secret, expected a value without one"],
  ["a second document", "a: 1\n---\nb: 2", "2:1  got a second document, expected one document per file"],
  ["an empty file", "", "1:1  got an empty file, expected a map of keys and values"],
  ["a file of comments", "# nothing\n", "1:1  got an empty file, expected a map of keys and values"],
  ["a list", "- a\n- b", "1:1  got no map, expected a map of keys and values"],
  ["a text", "hello", "1:1  got no map, expected a map of keys and values"],
  ["a directive", "%YAML 1.1\n---\na: yes", "1:1  got a %YAML directive, expected none"],
  ["a control character", "a: b\u0007", "1:5  got a control character, expected visible text"],
  ["a control character that comes first", "\u0000a: b", "1:1  got a control character, expected visible text"],
  ["a NUL", "a: \u0000", "1:4  got a control character, expected visible text"],
  [
    "a lone CR after a comment, where it would hide a key",
    "protect: false # x\rrecoveryDays: 8\n",
    "1:19  got a carriage return without a line feed, expected lines that end in LF or CRLF",
  ],
  [
    "a file whose lines end in CR",
    "# config\ra: 1\rb: 2\r",
    "1:9  got a carriage return without a line feed, expected lines that end in LF or CRLF",
  ],
  [
    "a CR too many in a file of CRLF",
    "a: 1\r\nb: 2\r\r\n",
    "2:5  got a carriage return without a line feed, expected lines that end in LF or CRLF",
  ],
  [
    "a CR within a text",
    'a: "x\ry"',
    "1:6  got a carriage return without a line feed, expected lines that end in LF or CRLF",
  ],
  [
    "a line end of YAML 1.1, which hides a key from YAML 1.2",
    "a: 1 # x\u2028b: 2",
    "1:9  got the character U+2028, expected lines that end in LF or CRLF",
  ],
  [
    "a NEL, which is also a line end of YAML 1.1",
    "a: 1 # x\u0085b: 2",
    "1:9  got the character U+0085, expected lines that end in LF or CRLF",
  ],
  ["a key that is a list", "? [a]\n: 1", '1:3  got the key "", expected a name'],
  ["a key that reaches a prototype", "a: { __proto__: 1 }", '1:6 a got the key "__proto__", expected a name'],
  ["a value left out", "a:\nb: 1", "1:1 a got no value, expected a value or the word null"],
  [
    "a value left out in braces",
    "{ a, b: 1 }",
    '1:3 a got "a" without a value between braces, expected a key, a colon and a value',
  ],
  ["a plain text over two lines", "a: b\n  c", "1:1 a got text over several lines without quotes, expected one line"],
  ["a missing quote", "a: 'b", "1:4  got a ' that is not closed, expected a ' before the next key"],
])("%s is refused", (_, text, finding) => {
  expect(shown(text)).toEqual([finding]);
});

test("a refused value does not hide the rest of the file", () => {
  const { tree, findings } = parse("a: on\nb: 0x10\nc: 1");
  expect(findings.map(({ path }) => path)).toEqual([["a"], ["b"]]);
  expect(tree && plain(tree)).toEqual({ a: "", b: "", c: 1 });
});

test("a syntax error leaves no tree", () => {
  expect(parse("a: [1").tree).toBeUndefined();
});

test("an end-of-document marker, a start marker, CRLF and {} are accepted", () => {
  expect(parse("---\na: 1\n...\n").findings).toEqual([]);
  expect(parse("a: 1\r\nb: x\r\n").tree).toMatchObject({ kind: "map" });
  expect(parse("{}").findings).toEqual([]);
});

test("block text keeps its line ends", () => {
  const { tree } = parse("a: |\n  one\n  two\nb: >-\n  one\n  two\n");
  expect(tree && plain(tree)).toEqual({ a: "one\ntwo\n", b: "one two" });
});

test("text that Terraform would interpolate is unchanged", () => {
  const { tree } = parse('a: "${aws_secret.x} %{if true}"');
  expect(tree && plain(tree)).toEqual({ a: "${aws_secret.x} %{if true}" });
});
