import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { advancedKeys, firstKeys, optionalFileReference } from "../../../../cli/generate/config-reference";
import { configSchema } from "../../../../intent/schema/config";
import { partFindings } from "../../../../intent/schema/findings";
import { OPTIONAL_FILES } from "../../../../intent/schema/optional-files";
import { CONFIG_PAGE, FIRST_KEYS, referenceOf } from "../../../../intent/schema/reference";
import { type Located, walk } from "../../../../intent/source/located";
import { parseYaml } from "../../../../intent/source/yaml";
import { problemsOf } from "../../../support/config-folder";
import { patched } from "../../../support/merge-patch";
import { ROOT } from "../../../support/places";
import { testAll } from "../../../support/test-all";

interface Section {
  readonly anchor: string;
  readonly heading: string;
  readonly description: string;
  readonly facts: string;
  readonly examples: readonly string[];
}

/** The keys of a page by anchor. */
function sectionsOf(text: string): readonly Section[] {
  return text
    .split(/^(?=<a id=)/m)
    .filter((part) => part.startsWith("<a id="))
    .map((part) => {
      const [, anchor = "", heading = "", description = "", facts = ""] =
        /^<a id="(.+)"><\/a>\n#+ `(.+)`\n\n(.+)\n\n(\S.*)\.(?:\n|$)/.exec(part) ?? [];
      const examples = [...part.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = ""]) => yaml);
      return { anchor, heading, description, facts, examples };
    });
}

const GROUPS = Object.keys(FIRST_KEYS) as (keyof typeof FIRST_KEYS)[];
const FIRST = GROUPS.map(firstKeys).join("\n\n");
const FILES = [
  { name: "base", schema: configSchema, text: `${FIRST}\n\n${advancedKeys()}` },
  ...Object.entries(OPTIONAL_FILES).map(([name, schema]) => ({ name, schema, text: optionalFileReference(name) })),
].map((file) => ({ ...file, sections: sectionsOf(file.text) }));
const ALL = FILES.flatMap(({ sections }) => sections);

test("each key has one section, with a description and its facts", () => {
  expect(new Set(ALL.map(({ anchor }) => anchor)).size).toBe(ALL.length);
  expect(ALL.filter((key) => [key.heading, key.description, key.facts].includes(""))).toEqual([]);
});

test("the first page has the keys of its groups, in their order", () => {
  const anchors = Object.values(FIRST_KEYS).flatMap((group) => group.split(" "));
  expect(sectionsOf(FIRST).map(({ anchor }) => anchor)).toEqual(anchors);
  expect(anchors.length).toBeLessThan(80);
});

test("the examples of the first page are one valid environment, and each of its keys is in the example of its group", () => {
  const page = readFileSync(join(ROOT, CONFIG_PAGE), "utf8");
  const parts = page.split(/^## /m).slice(1);
  const examples = parts.map((part) => /^```yaml\n([\s\S]*?)^```$/m.exec(part)?.[1] ?? "");
  const environment = stringify(examples.map((yaml) => parse(yaml)).reduce(patched, {}));
  expect(problemsOf({ "base.yaml": environment, "dev.yaml": "{}" })).toEqual([]);
  const shown = examples.map((yaml) => {
    const { tree } = parseYaml("config/base.yaml", yaml);
    return [...walk(tree as Located)].map(({ path }) => referenceOf("config/base.yaml", path)?.split("#")[1]);
  });
  const missing = Object.values(FIRST_KEYS).map((group, index) =>
    group.split(" ").filter((anchor) => !shown[index]?.includes(anchor)),
  );
  expect(missing.flat()).toEqual([]);
  expect(shown.flat().filter((anchor) => anchor !== undefined && !FIRST.includes(`<a id="${anchor}">`))).toEqual([]);
});

testAll(FILES)("the schema of $name accepts each example at its key", ({ name, schema, sections }) => {
  const examples = sections.flatMap(({ anchor, examples }) => examples.map((yaml) => ({ anchor, yaml })));
  const broken = examples.flatMap(({ anchor, yaml }) => {
    const { tree, findings } = parseYaml(`config/${name}.yaml`, yaml);
    if (tree === undefined) return [{ anchor, yaml, findings }];
    const all = [...findings, ...partFindings(tree, schema)];
    const addresses = [...walk(tree)]
      .filter(({ node }) => node.kind === "scalar")
      .map(({ path }) => `${referenceOf(`config/${name}.yaml`, path)}.`);
    const isInside = (address: string, around: string) => address.includes(`#${around}${around && "."}`);
    const isThere = addresses.some((address) => isInside(address, anchor));
    // Its neighbours are the discriminators of its variant.
    const elsewhere = addresses.filter((address) => !isInside(address, anchor.split(".").slice(0, -1).join(".")));
    if (!isThere) elsewhere.push(anchor);
    return all.length + elsewhere.length > 0 ? [{ anchor, yaml, findings: all, elsewhere }] : [];
  });
  expect(broken).toEqual([]);
});

test("no text outside of code has what Markdown would read as a tag, and none has undefined", () => {
  const prose = FILES.map(({ text }) =>
    text.replace(/^<a id="[\w.]+"><\/a>$/gm, "").replace(/```[\s\S]*?```|`[^`\n]*`/g, ""),
  );
  expect(prose.filter((text) => text.includes("<"))).toEqual([]);
  expect(FILES.filter(({ text }) => text.includes("undefined") || text.includes("[object"))).toEqual([]);
});
