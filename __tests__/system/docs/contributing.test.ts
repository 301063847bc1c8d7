import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../support/places";

/** Follows two recipes of docs/contributing.md in a copy of the repository: adds a setting, and a rule that checks it. */

/** A part of a file and what replaces it. A new file has no such part. */
type Edit = readonly [file: string, part: string, replacement: string];

const below = (line: string, added: string) => [line, `${line}${added}`] as const;

const SETTING: readonly Edit[] = [
  [
    "intent/schema/gateway.ts",
    ...below(
      "export const gateway = keys(\n  {\n",
      `about: text(/^\\w+$/, { description: "What the API is for.", expected: "one word" }).default("orders"),
       leftover: flag("No construct uses it."),\n`,
    ),
  ],
  [
    "intent/model/gateway-intent.ts",
    ...below("export interface GatewayIntent {\n", "  /** What the API is for. */\n  readonly about: string;\n"),
  ],
  [
    "stacks/aws/http-gateway.ts",
    'description: "Front door of the team\'s Cloud Run services"',
    "description: gateway.about",
  ],
  [
    "__tests__/support/settings.ts",
    ...below(
      "const CASES: Readonly<Record<string, Case>> = {\n",
      '  "gateway.about": is(SAME, "shipping"),\n  "gateway.leftover": is(SAME, true),\n',
    ),
  ],
];

const RULE: readonly Edit[] = [
  [
    "stacks/policy/own-purpose.ts",
    "",
    `import type { GatewayIntent } from "../../intent/model/gateway-intent";
import { resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, finding } from "./rule";

export const ownPurpose: BuiltInRule<{ readonly gateway: Pick<GatewayIntent, "about"> }> = {
  id: "own-purpose",
  promise: "An API describes its own purpose.",
  findings: (stack, { gateway }) =>
    resourcesOf(stack, "aws_apigatewayv2_api")
      .filter(({ attributes }) => attributes.description !== gateway.about)
      .map(finding("describes another purpose")),
};
`,
  ],
  [
    "stacks/policy/policies.ts",
    ...below(
      'import { noWildcardGrant } from "./no-wildcard-grant";\n',
      'import { ownPurpose } from "./own-purpose";\n',
    ),
  ],
  [
    "stacks/policy/policies.ts",
    ...below("const OF_ENVIRONMENTS: readonly BuiltInRule<Environment>[] = [\n", "  ownPurpose,\n"),
  ],
  [
    "__tests__/unit/stacks/policy/own-purpose.test.ts",
    "",
    `import { violations } from "../../../support/policy";

test("an API with another purpose than config's stops the synthesis", () => {
  const found = violations((find) => find("aws_apigatewayv2_api.gateway").addOverride("description", "other"));
  expect(found).toEqual([expect.stringMatching(/^aws_apigatewayv2_api.gateway: .*own-purpose/)]);
});
`,
  ],
  ["docs/explanation/compliance.md", ...below("| rules | `tags-everywhere`,", " `own-purpose`,")],
];

const RECIPES = [
  { heading: "Add a setting", edits: SETTING, programFiles: "three" },
  { heading: "Add a policy rule", edits: RULE, programFiles: "two" },
] as const;

/** A copy of the repository with its packages, in which a test may change every file. */
class RepositoryCopy {
  readonly folder = mkdtempSync(join(tmpdir(), "front-door-recipes-"));

  constructor() {
    const parts = readdirSync(ROOT).filter((name) => !/^(node_modules|cdktf\.out|dist|\.git|\.build)$/.test(name));
    this.run("cp", "-RP", ...parts.map((name) => join(ROOT, name)), this.folder);
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  apply([file, part, replacement]: Edit): void {
    const parts = part === "" ? ["", ""] : this.read(file).split(part);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times ${part}`);
    writeFileSync(join(this.folder, file), parts.join(replacement), { flag: part === "" ? "wx" : "w" });
  }

  run(command: string, ...parameters: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(command, parameters, { cwd: this.folder, encoding: "utf8" });
    return { status, text: `${stdout}${stderr}`, stdout };
  }
}

interface JestResults {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

let copy: RepositoryCopy;
beforeAll(() => {
  copy = new RepositoryCopy();
  for (const edit of [...SETTING, ...RULE]) copy.apply(edit);
});
afterAll(() => rmSync(copy.folder, { recursive: true, force: true }));

const CONTRIBUTING = readFileSync(join(ROOT, "docs/contributing.md"), "utf8");
const PROGRAM = /^(intent|stacks)\//;

test.each(RECIPES)(
  "the recipe '$heading' names the files that it needs, and no others",
  ({ heading, edits, programFiles }) => {
    const [, section = ""] = CONTRIBUTING.split(`## ${heading}\n`);
    const [, first, steps = ""] = /^\n(.*\n(?:.*\n)*?)\n(1\. (?:.*\n)+?)\n/.exec(section) ?? [];
    const named = [...steps.matchAll(/`((?:intent|stacks|__tests__|docs)\/[\w./-]*)`/g)].map(([, path = ""]) => path);
    const edited = [...new Set(edits.map(([file]) => file))];
    const covers = (path: string, file: string) => (path.endsWith("/") ? file.startsWith(path) : file === path);
    expect(edited.filter((file) => !named.some((path) => covers(path, file)))).toEqual([]);
    expect(named.filter((path) => !edited.some((file) => covers(path, file)))).toEqual([]);
    expect(first).toContain(`touches ${programFiles} files of the program`);
    expect(edited.filter((file) => PROGRAM.test(file))).toHaveLength({ two: 2, three: 3 }[programFiles]);
  },
);

test("a setting and a rule that follow the recipes have types, documentation and passing tests", () => {
  expect(copy.run(process.execPath, "cli/run.cjs", "generate")).toMatchObject({ status: 0 });
  expect(copy.read("docs/reference/config-advanced.md")).toContain("`gateway.about`\n\nWhat the API is for.\n");
  expect(copy.read("docs/reference/policy-rules.md")).toContain(
    "| `own-purpose` | An API describes its own purpose. |",
  );
  expect(copy.run("node_modules/.bin/tsc", "--noEmit")).toMatchObject({ status: 0, text: "" });
  const paths = ["unit/settings", "policy/own-purpose", "docs/compliance"];
  const names =
    "alone changes the stack|key of the config has|stops the synthesis|exactly the rules|exactly these rules";
  const { stdout } = copy.run(
    "node_modules/.bin/jest",
    ...["--selectProjects=unit", "--json", "-t", names, "--testPathPatterns", ...paths],
  );
  const { testResults }: JestResults = JSON.parse(stdout);
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const titled = (wanted: string) => results.filter(({ status }) => status === wanted).map(({ title }) => title);
  expect(titled("passed")).toEqual(
    expect.arrayContaining([
      "every key of the config has a case, and one right verdict, of which a person gives at most eight",
      "an API with another purpose than config's stops the synthesis",
      "the page names exactly the rules that a stack must pass",
      "the reference of policy rules has a promise for exactly these rules",
    ]),
  );
  // Only because a setting that no construct uses is there as well.
  expect(titled("failed")).toEqual([expect.stringContaining("gateway.leftover alone changes the stack")]);
});
