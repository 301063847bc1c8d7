import { configReference, optionalFileReference } from "../../../../cli/generate/config-reference";
import { configSchema } from "../../../../intent/schema/config";
import { partFindings } from "../../../../intent/schema/findings";
import { OPTIONAL_FILES } from "../../../../intent/schema/optional-files";
import { referenceOf } from "../../../../intent/schema/reference";
import { walk } from "../../../../intent/source/located";
import { parseYaml } from "../../../../intent/source/yaml";
import { testAll } from "../../../support/test-all";

interface Section {
  readonly anchor: string;
  readonly heading: string;
  readonly description: string;
  readonly facts: readonly string[];
  readonly examples: readonly string[];
}

/** The keys of a page by anchor. */
function sectionsOf(text: string): readonly Section[] {
  return text
    .split(/^(?=<a id=)/m)
    .filter((part) => part.startsWith("<a id="))
    .map((part) => {
      const [, anchor = "", heading = "", description = ""] =
        /^<a id="(.+)"><\/a>\n#+ `(.+)`\n\n(.+)\n/.exec(part) ?? [];
      const facts = [...part.matchAll(/^- (.+)$/gm)].map(([, fact = ""]) => fact);
      const examples = [...part.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = ""]) => yaml);
      return { anchor, heading, description, facts, examples };
    });
}

const FILES = [
  { name: "base", schema: configSchema, text: configReference() },
  ...Object.entries(OPTIONAL_FILES).map(([name, schema]) => ({ name, schema, text: optionalFileReference(name) })),
].map((file) => ({ ...file, sections: sectionsOf(file.text) }));
const ALL = FILES.flatMap(({ sections }) => sections);

test("each key has one section, with a description and its facts", () => {
  expect(new Set(ALL.map(({ anchor }) => anchor)).size).toBe(ALL.length);
  expect(ALL.filter(({ heading, description, facts }) => heading === "" || description === "" || !facts[0])).toEqual(
    [],
  );
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
