import { parseYaml } from "../../../../intent/source/yaml";
import { testAll } from "../../../support/test-all";

/** A mistake, and the place to correct it. The parser reports most of these further down. */
const FAULTS: readonly (readonly [text: string, place: string, got: string, remedy: string])[] = [
  ["name:shop # c\n\naws:\n  region: x\n", "1:1", 'got "name:shop"', "a space after the colon: name: shop"],
  ["name:shop\naws:\n  region: x\n", "1:1", 'got "name:shop"', "a space after the colon"],
  ["aws:\n  account: y\n  region:x # c\n  b: 1\n", "3:3", 'got "region:x"', "a space after the colon: region: x"],
  ["services:\n  orders\n    image: x\n    b: 1\n", "2:3", 'got "orders"', "a colon after the key"],
  ["services:\n  orders # c\n    image: x\n    b: 1\n", "2:3", 'got "orders"', "a colon after the key"],
  [
    "r:\n  GET /o { scopes: [a] }\n  b: 1\n",
    "2:24",
    "got a } without an opening one",
    "a colon after the key, before the {",
  ],
  [
    "a:\n  image: x\n   health: y\n  b: 1\n",
    "3:4",
    "got a line indented by 3 spaces below one indented by 2",
    "indent it",
  ],
  ['a:\n  image: "x"\n   health: y\n', "3:1", "got a line indented by 3 spaces below one indented by 2", "indent it"],
  ["a:\n    image: x\n  health: y\n", "2:5", "got a line indented by 4 spaces below one indented by 0", "indent it"],
  ["a:\n  b: 1\n   c: 2\n  d: 3\n", "3:4", "got a line indented by 3 spaces", "indent it"],
  ["a:\n   b: 1\n  c:\n    d: 3\n", "2:4", "got a line indented by 3 spaces", "indent it"],
  ["a:\n  b:\n    c: 1\n\n# d\n- e:\n  f: 1\n", "6:1", 'got "- e:", an item of a list', "remove the dash"],
  ["a:\nb: 1\nc: 2\n", "1:1", "got no value", "indent the next lines deeper"],
  ["s:\n  KEY { secret: x }\n", "2:3", 'got "KEY" without a colon', "with a colon and a space"],
  ["a:\nb: 1\n  c: 2\n", "2:1", "got a line indented by 0 spaces", "indent it"],
  ["a:\n  x: 1\nb: 1\n  c: 2\n", "3:1", "got a line indented by 0 spaces below one indented by 2", "indent it"],
  ["a:\n  o: [x, y\n\n# c\nb:\n  c: 1\n", "2:6", "got a [ that is not closed", "write the ]"],
  ["a:\n  o: { x: 1\n  p: { x: 2 }\nb: 1\n", "2:6", "got a { that is not closed", "write the }"],
  ["a:\n  o: { x: [1, 2 }\n  p: { x: 2 }\n", "2:11", "got a [ that is not closed", "write the ]"],
  ['{ "a": 1,\n "b": 2\nc: 1\n', "1:1", "got a { that is not closed", "write the }"],
  ['a: 1\nb: "x\nc: "y"\nd: 1\n', "2:4", 'got a " that is not closed', 'write the "'],
  ["a: 1\nb: 'x\nc: y\n", "2:4", "got a ' that is not closed", "write the '"],
  ["a: [x]]\nb: 1\n", "1:7", "got a ] without an opening one", "remove it"],
  ["a: { b: [x]] }\nc: 1\n", "1:12", "got a ] without an opening one", "remove it"],
  ["a: { x: 1 }}\nb: 1\n", "1:12", "got a } without an opening one", "remove it"],
  ["a: x: y\nb: 1\n", "1:4", 'got a second colon in "x: y"', "quote the value"],
  ["a: @x\nb: 1\n", "1:4", "got a value that starts with @", 'quote it: "@x"'],
  ['a: "x" y\nb: 1\n', "1:8", 'got "y" after a value that has ended', "in quotes"],
  ["a: { GET /x/{id}: public }\nb: 1\n", "1:13", "got invalid YAML", "a route key needs quotes"],
  ["a: { x: 1 y: 2 }\n", "1:9", "got no comma between two entries", "put a comma"],
  ["a: [x,, y]\n", "1:7", "got an extra comma", "remove it"],
  ['a: "x"#c\n', "1:7", "got a # right after a value", "a space before it"],
  ["a:\n  x: 1\n\tb: 1\n", "3:1", "got a tab", "indent with spaces"],
  ['a: "\\d"\n', "1:5", "got invalid YAML", "correct the syntax"],
  ["a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n", "2:1", "got a merge conflict", "keep one version"],
  ["a: 1\nb: x\u200by\u200b\n", "2:5", "got U+200B, a zero-width character, 2 times", "delete it"],
  ["a:\n\u00a0 b: 1\n", "2:1", "got U+00A0, a space other than U+0020", "write a plain space"],
  ["a: \u202ex\n", "1:4", "got U+202E, a mark that changes the text direction", "delete it"],
  ["a: 1 # \u{e0041}\n", "1:8", "got U+E0041, a zero-width character", "delete it"],
];

testAll(FAULTS)("%j has one finding, at its fault", (text, place, got, remedy) => {
  const findings = findingsIn(text);
  expect(findings).toEqual([[place, expect.stringContaining(got), expect.stringContaining(remedy)]]);
});

test("each fault has the same finding in a file with CRLF", () => {
  const differences = FAULTS.map(([text]) => ({
    lf: findingsIn(text),
    crlf: findingsIn(text.replaceAll("\n", "\r\n")),
  }));
  expect(differences.map(({ crlf }) => crlf)).toEqual(differences.map(({ lf }) => lf));
});

function findingsIn(text: string): readonly (readonly string[])[] {
  const { findings } = parseYaml("config/dev.yaml", text);
  return findings.map(({ origin, message, remedy }) => [`${origin.line}:${origin.column}`, message, remedy]);
}

test("each merge conflict is a finding", () => {
  const conflict = "<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n";
  const { findings } = parseYaml("config/dev.yaml", `${conflict}c: 1\n${conflict}`);
  expect(findings.map(({ origin }) => origin.line)).toEqual([1, 7]);
});
