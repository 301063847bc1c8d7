import { parseDocument } from "../../../../intent/schema/openapi/documents";
import { testAll } from "../../../support/test-all";

const messageOf = (file: string, text: string) => {
  const { root, findings } = parseDocument(file, text);
  expect(root === undefined).toBe(findings.length > 0);
  return findings.map(({ origin, message }) => `${origin.line}:${origin.column} ${message.split(", expected")[0]}`);
};

testAll<[string, string, string]>([
  ["a.json", '{ "a": 1, }', "1:11 got invalid JSON"],
  ["a.json", "a: 1", "1:1 got invalid JSON"],
  ["a.json", '{ "a": 1 } # b', "1:12 got invalid JSON"],
  ["a.yaml", "a: [1", "1:4 got a [ that is not closed"],
  ["a.yaml", "a: 1\n---\nb: 1", "2:1 got a second document"],
  ["a.yaml", "# c\rsecurity: []\n", "1:4 got another line end"],
  ["a.yaml", "# c\u2028security: []\n", "1:4 got another line end"],
  ["a.yaml", "", "1:1 got an empty file"],
  ["a.yaml", `a: ${"[".repeat(201)}${"]".repeat(201)}`, "1:204 got more than 200 levels"],
  ["a.json", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "1:202 got more than 200 levels"],
  ["a.yaml", `a:\n  ${"- ".repeat(50_000)}x`, "2:403 got more than 200 levels"],
  ["a.yaml", "a: &a 1\nb: *b", "2:4 got the alias *b"],
  ["a.yaml", "a: { b: [*a] }\nc: &a 1", "1:10 got the alias *a"],
  ["a.yaml", "a: &a\n  b: *a", "2:6 got the alias *a inside its own anchor"],
])("%s: %j is refused", (file, text, message) => {
  expect(messageOf(file, text)).toEqual([message]);
});

test("reads 200 levels, and accepts line ends in JSON that are refused in YAML", () => {
  expect(messageOf("a.yaml", `a: ${"[".repeat(199)}${"]".repeat(199)}`)).toEqual([]);
  expect(messageOf("a.json", '{ "a": "\u2028" }')).toEqual([]);
});

test("does not interpret scalars or follow aliases", () => {
  const bomb = Array.from({ length: 40 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`);
  const { root } = parseDocument("a.yaml", ["no: 1.0", "a0: &a0 [x]", ...bomb].join("\n"));
  expect(root?.get("no")?.text).toBe("1.0");
  expect(root?.get("a40")?.faults).toEqual([
    expect.objectContaining({ message: expect.stringContaining("got the anchor &a40") }),
  ]);
});
