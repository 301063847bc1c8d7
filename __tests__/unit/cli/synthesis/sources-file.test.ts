import { SOURCES_FILE, sourcesInText, sourcesText } from "../../../../cli/synthesis/sources-file";
import type { Source, Sources } from "../../../../stacks/shared/sources";
import { intents } from "../../../support/shop";
import { sourcesOf } from "../../../support/stack";
import { synthesizedFile } from "../../../support/synthesized";

const sorted = (sources: Sources) => Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));

test("the file gives back every key of every resource, and of every part of the policy", () => {
  for (const intent of intents()) {
    const sources = sourcesOf(intent);
    expect(sources.size).toBeGreaterThan(10);
    expect(sorted(sourcesInText(sourcesText(sources)))).toEqual(sorted(sources));
  }
});

test("a synthesis writes it, and it names no line of config", () => {
  for (const { environment } of intents()) {
    const text = synthesizedFile(environment, SOURCES_FILE);
    expect(sourcesInText(text).size).toBeGreaterThan(10);
    expect(text).not.toMatch(/\.yaml|:\d+"/);
  }
});

const source = (key: Source["key"], attributes: Source["attributes"] = {}): Source => ({ key, attributes });

test("has one line for each address and attribute, sorted, and what resources share only once", () => {
  const tags = ["tags"];
  const sources = new Map([
    ["aws_b.second", source(["services", "a"], { tags, name: ["services", "a", "image"] })],
    ["aws_a.first", source(["clients", "GET /x", 0], { tags: ["own", "tags"] })],
    ["aws_c.third", source(["gateway"], { tags })],
    ["aws_d.whole", source([])],
    ["aws_e.own", { ...source([]), own: "lib/own.ts:5" }],
  ]);
  expect(sourcesText(sources)).toBe(`{
  "*": {
    "tags": ["tags"]
  },
  "aws_a.first": { "key": ["clients", "GET /x", 0], "attributes": {
    "tags": ["own", "tags"]
  } },
  "aws_b.second": { "key": ["services", "a"], "attributes": {
    "name": ["services", "a", "image"]
  } },
  "aws_c.third": { "key": ["gateway"] },
  "aws_d.whole": { "key": [] },
  "aws_e.own": { "own": "lib/own.ts" }
}
`);
  expect(sourcesText(new Map([...sources].reverse()))).toBe(sourcesText(sources));
  expect(sourcesInText(sourcesText(sources)).get("aws_e.own")).toEqual({ ...source([]), own: "lib/own.ts" });
});

test.each([
  ["no file", undefined],
  ["no JSON", "{"],
  ["no fields", '["a"]'],
  ["nothing", "null"],
  ["no key", '{ "a.b": {}, "c.d": null, "e.f": { "key": "clients" }, "g.h": { "key": [{}] } }'],
])("names no source if a file has %s", (_, text) => {
  expect([...sourcesInText(text)]).toEqual([]);
});

test("leaves out an attribute whose key has another form", () => {
  const text = '{ "*": 7, "a.b": { "key": ["x"], "attributes": { "good": ["y"], "bad": "z", "worse": [null] } } }';
  expect(sourcesInText(text).get("a.b")).toEqual(source(["x"], { good: ["y"] }));
});
