import type * as z from "zod";
import { suggestion } from "../model/nearest";
import { type Finding, findingAt } from "../source/finding";
import type { LocatedMap } from "../source/located";
import type { ParsedFile } from "../source/yaml";
import { withoutConsequences } from "./consequences";
import { readWhole } from "./findings";

/** An optional file of `config/` with settings by environment, or its problems. */
export interface ByEnvironment<T> {
  readonly findings: readonly Finding[];
  readonly of: (environment: string) => T | undefined;
  /** The file as written; undefined if it is missing or unreadable. */
  readonly tree?: LocatedMap;
}

/**
 * Reads a map keyed by environment. An unknown environment is an error that suggests the nearest name.
 *
 * @param further other keys of the map
 */
export function readByEnvironment<T>(
  file: ParsedFile | undefined,
  schema: z.ZodType<Readonly<Record<string, T>>>,
  environments: readonly string[],
  further: readonly string[] = [],
): ByEnvironment<T> {
  if (file?.tree === undefined) return { findings: file?.findings ?? [], of: () => undefined };
  const { tree } = file;
  const { findings, value } = readWhole(tree, schema);
  const known = [...further, ...environments];
  const unknown = [...tree.entries.keys()].filter((name) => !known.includes(name));
  const all = [
    ...unknown.map((name) =>
      findingAt(tree, [name], {
        got: `the environment ${JSON.stringify(name)}`,
        expected: "an environment of this folder",
        remedy: `correct or remove it; ${suggestion(name, known)}`,
      }),
    ),
    ...findings.filter(({ path }) => path.length > 1 || !unknown.includes(String(path[0]))),
  ];
  return {
    tree,
    findings: [...file.findings, ...withoutConsequences(all, file.findings)],
    of: (environment) => value?.[environment],
  };
}
