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
const section = (anchor: string) => ALL.find((each) => each.anchor === anchor);

testAll([
  ["name", ["Type: text", "Allowed: lower-case words joined by dashes", "Required"]],
  ["handshake", ["Type: `federated` or `shared-issuer`", "Default: `federated`"]],
  ["gateway.authorizerCacheSeconds", ["Type: whole number", "Allowed: 0-300 (the design's limit)", "Default: `60`"]],
  [
    "gateway.throttle",
    ["Type: map", "Keys: [`ratePerSecond`](#gateway.throttle.ratePerSecond), [`burst`](#gateway.throttle.burst)"],
  ],
  ["issuers.kind", ["Type: `cognito` or `oidc` or `aws-iam`", "Required"]],
  ["issuers.signUp", ["Type: `closed` or `open`", "Default: `closed`", "Only with `kind: cognito`"]],
  [
    "issuers.audiences",
    [
      "Type: list of text",
      "Allowed: a list of 1-50 audiences (API Gateway's limit per authorizer)",
      "Each entry: printable ASCII characters without spaces (an audience)",
      "Required with `kind: oidc`",
    ],
  ],
  ["services.secrets.version", ["Type: whole number or `latest`", "Allowed: a whole number from 1, or latest"]],
  [
    "clients.previousName",
    [
      "Type: text",
      "Allowed: lower-case words joined by dashes (a client's former id)",
      "Only with `grant: authorization_code` or `grant: client_credentials`",
    ],
  ],
  ["protect", ["Type: true or false", "Default: `true`"]],
  ["allowances.change", ["Type: text", "Allowed: the key of a change", "Required for a change that needs no approval"]],
])("the facts of %s are %j", (anchor, facts) => {
  expect(section(anchor)?.facts).toEqual(facts);
});

testAll([
  ["services.routes.scopes.allOf", "services.<id>.routes.<METHOD /path>.scopes.allOf"],
  ["services.secrets.version", "services.<id>.secrets.<VARIABLE>.version"],
  ["expectations.may.call", "<environment>[].may.call"],
  ["bootstrap.allowances.rule", "allowances[].rule"],
])("the heading of %s is %s", (anchor, heading) => {
  expect(section(anchor)?.heading).toBe(heading);
});

test("each key has one section, with a description and its facts", () => {
  expect(new Set(ALL.map(({ anchor }) => anchor)).size).toBe(ALL.length);
  expect(ALL.filter(({ heading, description, facts }) => heading === "" || description === "" || !facts[0])).toEqual(
    [],
  );
});

test("a list of sections comes first", () => {
  const [before = ""] = configReference().split("<a id=");
  const listed = [...before.matchAll(/^- \[`(.+)`\]\(#(.+)\): \S/gm)];
  expect(listed.map(([, name]) => name)).toEqual(Object.keys(configSchema.shape));
  expect(listed.every(([, name, anchor]) => name === anchor)).toBe(true);
});

test("a page that a description names is a link", () => {
  expect(section("handshake")?.description).toContain(
    "[docs/explanation/choosing-a-handshake.md](../explanation/choosing-a-handshake.md)",
  );
});

testAll([
  ["gateway.cors.origins", ["gateway:\n  cors:\n    origins: [https://shop.example.com]\n"]],
  ["tags", ["tags:\n  team: shop\n"]],
  [
    "services.deployedBy",
    [
      "services:\n  orders:\n    deployedBy: pipeline\n",
      "services:\n  orders:\n    deployedBy:\n      pipeline: serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com\n",
    ],
  ],
  [
    "issuers.scopeValues",
    [
      "issuers:\n  customers:\n    kind: oidc\n    grants: token\n    scopeValues: { Orders.Read.All: [orders/read] }\n",
    ],
  ],
  [
    "clients.callbackUrls",
    ["clients:\n  reporting:\n    grant: authorization_code\n    callbackUrls: [https://shop.example.com/cb]\n"],
  ],
  ["services.port", []],
  ["protect", []],
])("the examples of %s are %j", (anchor, examples) => {
  expect(section(anchor)?.examples).toEqual(examples);
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

test("no page has a table, which is too wide for a phone", () => {
  expect(FILES.filter(({ text }) => /^\s*\|/m.test(text))).toEqual([]);
});

test("no text outside of code has what Markdown would read as a tag, and none has undefined", () => {
  const prose = FILES.map(({ text }) =>
    text.replace(/^<a id="[\w.]+"><\/a>$/gm, "").replace(/```[\s\S]*?```|`[^`\n]*`/g, ""),
  );
  expect(prose.filter((text) => text.includes("<"))).toEqual([]);
  expect(FILES.filter(({ text }) => text.includes("undefined") || text.includes("[object"))).toEqual([]);
});
