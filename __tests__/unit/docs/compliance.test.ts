import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { workflowFiles } from "../../../cli/workflows/workflows";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { policyRules } from "../../../stacks/policy/policies";
import { auditedRest } from "../../support/auditors";
import { anchorOf } from "../../support/documentation";
import { ROOT } from "../../support/places";
import { restDev } from "../../support/rest";
import { rotatedIntent } from "../../support/rotation";
import { bootstraps, intentOf } from "../../support/shop";
import { stackOf } from "../../support/stack";
import { synthesizedFiles, synthesizedNames } from "../../support/synthesized";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const PAGE = read("docs/explanation/compliance.md");
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

interface Section {
  readonly title: string;
  readonly criteria: readonly string[];
  readonly rows: readonly (readonly [kind: string, where: string, shows: string])[];
}

/** Each section that answers a question: its criteria and its table. */
const SECTIONS: readonly Section[] = PAGE.split(/^## /m).flatMap((text) => {
  const [title = "", , line = ""] = text.split("\n");
  const [, criteria] = /^((?:(?:CC|A\.)[\d.]+(?:, )?)+)\. Not shown: \S/.exec(line) ?? [];
  const rows = [...text.matchAll(/^\| (\w+) \| (.+) \| (.+) \|$/gm)].map(
    ([, kind = "", where = "", shows = ""]) => [kind, where, shows] as const,
  );
  return criteria === undefined ? [] : [{ title, criteria: criteria.split(", "), rows: rows.slice(1) }];
});

const codes = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
const named = (kind: RegExp) =>
  sorted(SECTIONS.flatMap(({ rows }) => rows.flatMap(([is, where]) => (kind.test(is) ? codes(where) : []))));

const INTENTS = [intentOf("dev"), intentOf("preview"), restDev()];
const RULES = sorted(
  INTENTS.flatMap((intent) => policyRules(intent, authorizerPolicy(intent), new Map())).map(({ id }) => id),
);

/** @param place what to change */
function differences(ids: readonly string[], place: string): readonly string[] {
  return [
    ...RULES.filter((id) => !ids.includes(id)).map((id) => `${place}: add ${id}`),
    ...ids.filter((id, at) => !RULES.includes(id) || ids.indexOf(id) < at).map((id) => `${place}: remove ${id}`),
  ];
}

test("this test checks each kind of row", () => {
  expect(sorted(SECTIONS.flatMap(({ rows }) => rows.map(([kind]) => kind)))).toEqual([
    "command",
    "file",
    "ledger",
    "log",
    "rule",
    "rules",
  ]);
});

/** The root of a file on the page: config, synthesized files and workflows are the shop's, as in any project. */
const SHOP = join(ROOT, "__tests__", "fixtures", "shop");
const WORKFLOWS = workflowFiles(bootstraps());

function exists(path: string): boolean {
  const [, stack, name] = /^synthesized\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (stack !== undefined && name !== undefined) return name in synthesizedFiles(stack);
  if (path.startsWith(".github/workflows/")) return path in WORKFLOWS;
  return existsSync(join(path.startsWith("config/") ? SHOP : ROOT, path));
}

test("each file exists, for each stack that has one", () => {
  const isBootstrap = (name: string) => name.startsWith("bootstrap-");
  const paths = named(/^(file|ledger)$/).flatMap((file) => {
    const ofBootstrap = file.includes("bootstrap-<env>");
    if (!file.includes("<env>")) return [file];
    return synthesizedNames()
      .filter((name) => isBootstrap(name) === ofBootstrap)
      .map((name) => file.replace(ofBootstrap ? "bootstrap-<env>" : "<env>", name));
  });
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => !exists(path))).toEqual([]);
});

test("each command is an npm script or one of the program's, for an existing environment", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const wrong = named(/^command$/).filter((command) => {
    const [, script = "", environment] =
      /^(?:npm run|npx front-door) ([\w:]+)(?:(?: --)? (?:--\w+|([a-z]+))(?: .*)?)?$/.exec(command) ?? [];
    return !(script in scripts) || (environment !== undefined && !exists(`config/${environment}.yaml`));
  });
  expect(wrong).toEqual([]);
});

test("the page names exactly the rules that a stack must pass", () => {
  const faults = differences(named(/^rules?$/), "docs/explanation/compliance.md");
  expect(faults).toEqual([]);
});

test("the reference of policy rules has a promise for exactly these rules", () => {
  const [, table = ""] = /\| rule \| promises \|\n([\s\S]*?)\n\n/.exec(read("docs/reference/policy-rules.md")) ?? [];
  const rows = [...table.matchAll(/^\| `([a-z-]+)` \| \S/gm)].map(([, id = ""]) => id);
  expect(differences(rows, "npm run generate writes docs/reference/policy-rules.md")).toEqual([]);
});

test("a stack declares each CloudWatch log", () => {
  const stacks = [rotatedIntent(), auditedRest()].map((intent) =>
    JSON.stringify(stackOf(intent).json).replaceAll(intent.prefix, "<prefix>"),
  );
  const places = SECTIONS.flatMap(({ rows }) =>
    rows.flatMap(([, where]) => (/^CloudWatch/.test(where) ? [where] : [])),
  );
  const names = sorted(places.flatMap(codes)).map((name) => name.replace("<client>", "reporting-agent"));
  expect(names).toHaveLength(6);
  expect(names.filter((name) => !stacks.some((stack) => stack.includes(name)))).toEqual([]);
});

test("each link has a heading or a file as its target, and each index lists the sections with the criterion", () => {
  const headings = [...PAGE.matchAll(/^## (.+)$/gm)].map(([, title = ""]) => `#${anchorOf(title)}`);
  const links = [...PAGE.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
  const leadsNowhere = (target: string) =>
    target.startsWith("#")
      ? !headings.includes(target)
      : !existsSync(join(ROOT, "docs/explanation", target.split("#")[0] ?? ""));
  expect(links.filter(leadsNowhere)).toEqual([]);
  const indexed = [...PAGE.matchAll(/^\| ((?:CC|A\.)[\d.]+) \| \S.* \| (.+) \|$/gm)].map(
    ([, id = "", shown = ""]) => [id, [...shown.matchAll(/\[([^\]]+)\]/g)].map(([, title]) => title)] as const,
  );
  const ids = sorted(SECTIONS.flatMap(({ criteria }) => criteria));
  expect(indexed.map(([id]) => id).sort()).toEqual(ids);
  for (const [id, titles] of indexed) {
    expect([id, titles]).toEqual([
      id,
      SECTIONS.filter(({ criteria }) => criteria.includes(id)).map(({ title }) => title),
    ]);
  }
});

test("each section states what it does not show, and names both standards; people, suppliers and time have one", () => {
  expect(SECTIONS).toHaveLength(PAGE.match(/Not shown: /g)?.length ?? 0);
  const bothStandards = ({ criteria }: Section) =>
    ["CC", "A."].every((kind) => criteria.some((id) => id.startsWith(kind)));
  expect(SECTIONS.filter((section) => !bothStandards(section))).toEqual([]);
  for (const word of ["People", "Governance", "Suppliers", "Time"]) expect(PAGE).toContain(`- **${word}**`);
});
