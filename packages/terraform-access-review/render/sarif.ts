import { accessSentence } from "./pieces";
import type { Report } from "./report";
import { visible } from "./words";

/** The rules of SARIF results: id, level, and meaning in one sentence. */
const RULES = {
  "access-broadened": ["warning", "A principal may do more than before, or the review cannot rule it out."],
  "access-narrowed": ["note", "A principal may do less than before."],
  "destroyed-or-replaced": ["warning", "A resource is destroyed or replaced."],
  drift: ["warning", "A resource was changed outside Terraform."],
} as const;

type Rule = keyof typeof RULES;

export interface SarifSubject {
  readonly report: Report;
  /** The source file of the report, relative to the repository's root. */
  readonly file: string;
}

/**
 * The reports in SARIF 2.1.0, the format of code scanning:
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *
 * @param version of this program
 */
export function sarifReport(subjects: readonly SarifSubject[], version: string): string {
  const rules = Object.entries(RULES).map(([id, [level, text]]) => ({
    id,
    shortDescription: { text },
    defaultConfiguration: { level },
  }));
  const run = {
    tool: { driver: { name: "terraform-access-review", version, rules } },
    results: subjects.flatMap(resultsOf),
  };
  const schema = "https://json.schemastore.org/sarif-2.1.0.json";
  return `${JSON.stringify({ $schema: schema, version: "2.1.0", runs: [run] }, null, 2)}\n`;
}

function resultsOf({ report, file }: SarifSubject): readonly unknown[] {
  const { environment, access, losses, drift, driftAccess, groups } = report;
  const drifted = groups.flatMap(({ changes }) => changes.filter(({ action }) => action === "drifted"));
  const result = (rule: Rule, text: string, address?: string) => ({
    ruleId: rule,
    level: RULES[rule][0],
    message: { text: `${environment}: ${visible(text)}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 1 } },
        ...(address !== undefined && { logicalLocations: [{ fullyQualifiedName: address, kind: "resource" }] }),
      },
    ],
  });
  return [
    ...[...access, ...driftAccess].map((line) => {
      const { effect, change, before, after } = line;
      const conditions = [before, after].map((each) => each ?? "nothing");
      const under = change === undefined ? "" : `; condition: ${conditions.join(" → ")}`;
      const rule = effect === "broadened" ? "access-broadened" : "access-narrowed";
      return result(rule, `${accessSentence(line)}${under}`);
    }),
    ...losses.map(({ action, address }) => result("destroyed-or-replaced", `${action}: ${address}`, address)),
    ...[...drift, ...drifted].map(({ address }) => result("drift", `${address} drifted`, address)),
  ];
}
