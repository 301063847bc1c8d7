import type * as z from "zod";
import { type Finding, findingAt } from "./finding";
import { type LocatedMap, plain } from "./located";
import { suggestion } from "./nearest";
import { schemaFindings } from "./schema-findings";
import type { ParsedFile } from "./yaml";

/** A file of `config/` that says something for each environment, or what is wrong with it. There need not be one. */
export interface ByEnvironment<T> {
  readonly findings: readonly Finding[];
  readonly of: (environment: string) => T | undefined;
  /** The file as it is written; undefined where there is none that could be read. */
  readonly tree?: LocatedMap;
}

/** Reads a map from environments to something; a name that no environment has is an error with the nearest one. */
export function readByEnvironment<T>(
  file: ParsedFile | undefined,
  schema: z.ZodType<Readonly<Record<string, T>>>,
  environments: readonly string[],
): ByEnvironment<T> {
  if (file?.tree === undefined) return { findings: file?.findings ?? [], of: () => undefined };
  const { tree } = file;
  const unknown = [...tree.entries.keys()].filter((name) => !environments.includes(name));
  const findings = [
    ...file.findings,
    ...schemaFindings(tree, schema),
    ...unknown.map((name) =>
      findingAt(tree, [name], {
        got: `the environment ${JSON.stringify(name)}`,
        expected: "an environment of this folder",
        remedy: `correct or remove it; ${suggestion(name, environments)}`,
      }),
    ),
  ];
  const parsed = schema.safeParse(plain(tree));
  return { tree, findings, of: (environment) => (parsed.success ? parsed.data[environment] : undefined) };
}
