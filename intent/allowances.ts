import { type Finding, findingAt } from "./finding";
import type { Allowance } from "./intent";
import { plain } from "./located";
import { suggestion } from "./nearest";
import { allowancesSchema } from "./schema/allowances";
import { schemaFindings } from "./schema-findings";
import type { ParsedFile } from "./yaml";

/** How every problem names the file. There need not be one. */
export const ALLOWANCES_FILE = "config/allowances.yaml";

export interface ReadAllowances {
  readonly findings: readonly Finding[];
  readonly of: (environment: string) => readonly Allowance[];
}

/** What the file allows in which environment, or what is wrong with it. */
export function readAllowances(file: ParsedFile | undefined, environments: readonly string[]): ReadAllowances {
  if (file?.tree === undefined) return { findings: file?.findings ?? [], of: () => [] };
  const { tree } = file;
  const unknown = [...tree.entries.keys()].filter((name) => !environments.includes(name));
  const findings = [
    ...file.findings,
    ...schemaFindings(tree, allowancesSchema),
    ...unknown.map((name) =>
      findingAt(tree, [name], {
        got: `the environment ${JSON.stringify(name)}`,
        expected: "an environment of this folder",
        remedy: `correct or remove it; ${suggestion(name, environments)}`,
      }),
    ),
  ];
  const parsed = allowancesSchema.safeParse(plain(tree));
  return { findings, of: (environment) => (parsed.success && parsed.data[environment]) || [] };
}
