import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evidenceMarkdown } from "../../../../cli/evidence/evidence";
import { ISO_27001 } from "../../../../cli/evidence/iso-27001";
import { LOGS } from "../../../../cli/evidence/logs";
import { SOC_2 } from "../../../../cli/evidence/soc-2";
import { SUBJECTS } from "../../../../cli/evidence/subjects";
import { policyTexts } from "../../../../cli/generate/policy-texts";
import { LEDGER_PARTS } from "../../../../review/access/parts";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { policyRules } from "../../../../stacks/policy/policies";
import { ROOT } from "../../../support/places";
import { restDev } from "../../../support/rest";
import { intentOf } from "../../../support/shop";

const RULES = policyTexts(join(ROOT, "stacks/policy"));
const shown = SUBJECTS.flatMap((subject) => subject.shown);
const named = <K extends string>(kind: K): string[] =>
  shown.flatMap((each) => (kind in each ? [(each as unknown as Record<K, string>)[kind]] : []));
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

/** `<env>` for each environment that has a synthesized stack; `bootstrap-<env>` for each that is bootstrapped. */
function filesOf(file: string): string[] {
  const environments = readdirSync(join(ROOT, "synthesized")).filter((name) => !name.startsWith("bootstrap-"));
  const bootstrapped = readdirSync(join(ROOT, "synthesized")).flatMap(
    (name) => name.match(/^bootstrap-(.+)$/)?.[1] ?? [],
  );
  if (!file.includes("<env>")) return [file];
  return (file.includes("bootstrap-") ? bootstrapped : environments).map((name) => file.replace("<env>", name));
}

test.each(sorted(named("file")))("%s exists", (file) => {
  const files = filesOf(file);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((each) => !existsSync(join(ROOT, each)))).toEqual([]);
});

test.each(sorted(named("command")))("%s is a script, of an environment that there is", (command) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const [, script = "", , environment] = /^npm run ([\w:]+)( -- (?:--\w+|([a-z]+))( .*)?)?$/.exec(command) ?? [];
  expect(Object.keys(scripts)).toContain(script);
  if (environment !== undefined) expect(existsSync(join(ROOT, "config", `${environment}.yaml`))).toBe(true);
});

test("every rule that a stack must pass is named, and no other one", () => {
  const intents = [intentOf("dev"), intentOf("preview"), restDev()];
  const enforced = intents.flatMap((intent) => policyRules(intent, authorizerPolicy(intent), () => undefined));
  const ids = sorted(enforced.map(({ id }) => id));
  expect([...RULES.keys()]).toEqual(ids);
  expect(sorted(named("rule"))).toEqual(ids);
  expect([...RULES.values()].flat().filter((text) => !/^[A-Z].*[.]$/.test(text) || text.includes("*"))).toEqual([]);
});

test("operations name every rule, and no other one", () => {
  const table = /\| rule \| promises \|\n([\s\S]*?)\n\n/.exec(
    readFileSync(join(ROOT, "docs/operations.md"), "utf8"),
  )?.[1];
  const rows = [...(table ?? "").matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id = ""]) => id);
  expect([...rows].sort()).toEqual([...RULES.keys()]);
});

test("every part of the ledger and every log is named", () => {
  expect(sorted(named("ledger"))).toEqual(Object.keys(LEDGER_PARTS).sort());
  expect(sorted(named("log"))).toEqual(Object.keys(LOGS).sort());
});

test("every criterion has something that shows it, and every subject a criterion of either kind", () => {
  expect(sorted(SUBJECTS.flatMap(({ soc2 }) => soc2))).toEqual(Object.keys(SOC_2).sort());
  expect(sorted(SUBJECTS.flatMap(({ iso }) => iso))).toEqual(Object.keys(ISO_27001).sort());
  for (const { soc2, iso } of SUBJECTS) expect([soc2.length > 0, iso.length > 0]).toEqual([true, true]);
});

describe("docs/evidence.md", () => {
  const text = evidenceMarkdown(SUBJECTS, RULES);

  test("is what its sources give; if not: npm run generate", () => {
    expect(readFileSync(join(ROOT, "docs/evidence.md"), "utf8")).toBe(text);
  });

  test("each link leads to a heading or a file", () => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const [, target = ""] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith("#")) expect(headings).toContain(target.slice(1));
      else expect(existsSync(join(ROOT, "docs", target))).toBe(true);
    }
  });

  test("says what is not shown: in each section, and people, suppliers and time in one of their own", () => {
    expect(text.match(/Not shown: /g)).toHaveLength(SUBJECTS.length);
    for (const word of ["People", "Governance", "Suppliers", "Time"]) expect(text).toContain(`- **${word}**`);
  });

  test("a rule that is not there is an error, and a bar in its text ends no cell", () => {
    const [subject] = SUBJECTS;
    const of = (rule: string) => [{ ...subject, shown: [{ rule }] }] as unknown as typeof SUBJECTS;
    expect(() => evidenceMarkdown(of("no-such-rule"), RULES)).toThrow(
      "no rule of stacks/policy/ is called no-such-rule",
    );
    expect(evidenceMarkdown(of("x"), new Map([["x", ["a|b"]]]))).toContain("| `x` | a\\|b |");
  });
});

test("a rule's promise is the comment on its class, and of its class alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "front-door-rules-"));
  try {
    writeFileSync(
      join(folder, "one.ts"),
      '/** Of a constant. */\nconst A = 1;\n\n/**\n * Two lines\n * of one promise.\n */\nexport class One extends PolicyRule {\n  readonly id = "one";\n}\n',
    );
    writeFileSync(
      join(folder, "two.ts"),
      '/** The other kind. */\nexport class Two extends PolicyRule {\n  readonly id = "one";\n}\n',
    );
    expect([...policyTexts(folder)]).toEqual([["one", ["Two lines of one promise.", "The other kind."]]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
