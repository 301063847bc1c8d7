import { readBootstraps } from "./bootstrap";
import type { BootstrapIntent } from "./bootstrap-intent";
import { buildIntent } from "./build";
import { type ByEnvironment, readByEnvironment } from "./by-environment";
import { collapse, problemAt } from "./collapse";
import { crossRules } from "./cross-rules";
import { type Draft, draftOf, readingOf } from "./draft";
import { ALLOWANCES_FILE, BASE_FILE, configFiles, IMPORTS_FILE, overlayFile } from "./environments";
import { besides, type Finding, findingAt, placeOf } from "./finding";
import type { Intent } from "./intent";
import type { LocatedMap } from "./located";
import { mergePatch } from "./merge";
import { nullDeletes, nullsInBase } from "./null-deletes";
import { parseFile, topOf } from "./parse-file";
import { placed } from "./placed";
import { compareProblems, type Problem } from "./problem";
import { listFiles } from "./read";
import { rules } from "./rules";
import type { Config } from "./schema";
import { type AllowancesConfig, allowancesSchema } from "./schema/allowances";
import { type ImportsConfig, importsSchema } from "./schema/imports";
import { findingsOf } from "./schema-findings";
import { withTruststore } from "./truststore-file";
import type { ParsedFile } from "./yaml";

export type LoadResult =
  | { readonly ok: true; readonly intents: readonly Intent[]; readonly bootstraps: readonly BootstrapIntent[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface Environment {
  readonly name: string;
  /** Base and overlay merged; undefined when one of them could not be read. */
  readonly root?: LocatedMap;
  /** Undefined where it failed the schema. */
  readonly config?: Config;
  readonly draft: Draft;
  readonly findings: Finding[];
}

/**
 * Reads every environment of a folder, and what lets a pipeline into them, and checks them all together, so that a broken
 * `prod.yaml` stops `dev` too. The intents come sorted by environment; the problems come all at once.
 */
export function loadIntents(configDir: string): LoadResult {
  const { environments: names, strays } = configFiles(listFiles(configDir) ?? []);
  const base = parseFile(configDir, BASE_FILE);
  const overlays = names.map((name) => ({ name, ...parseFile(configDir, overlayFile(name)) }));
  const inFiles = [base, ...overlays].flatMap((file) => file.findings);
  const allowances = readByEnvironment(parseOptional(configDir, ALLOWANCES_FILE), allowancesSchema, names);
  const imports = readByEnvironment(parseOptional(configDir, IMPORTS_FILE), importsSchema, names);
  const environments = base.tree
    ? checkAll(configDir, base.tree, overlays)
    : names.map((name): Environment => ({ name, draft: draftOf(name), findings: [] }));
  const bootstraps = readBootstraps(
    configDir,
    environments.map(({ draft }) => draft),
  );
  const problems = [
    ...strays.map(({ file, ...fault }) => problemAt(topOf(`config/${file}`), { path: [], ...fault })),
    ...(names.length === 0 ? [problemAt(topOf(configDir), { path: [], ...NO_ENVIRONMENT })] : []),
    ...[inFiles, allowances.findings, imports.findings, bootstraps.findings]
      .flat()
      .map((finding) => problemAt(finding.origin, finding)),
    ...collapse(
      environments.map(({ name, findings }) => ({ environment: name, findings: besides(findings, inFiles) })),
    ),
  ];
  if (problems.length > 0) return { ok: false, problems: problems.sort(compareProblems) };
  const intents = environments.flatMap((environment) => intentsOf(environment, allowances, imports));
  return { ok: true, intents, bootstraps: bootstraps.of(intents) };
}

function parseOptional(configDir: string, file: string): ParsedFile | undefined {
  return listFiles(configDir)?.includes(file.replace(/^config\//, "")) ? parseFile(configDir, file) : undefined;
}

function checkAll(
  configDir: string,
  base: LocatedMap,
  overlays: readonly (ParsedFile & { readonly name: string })[],
): Environment[] {
  const environments = overlays.map(({ name, tree }) => check(configDir, name, base, tree));
  for (const rule of crossRules) {
    const clashing = new Map<string, string>();
    rule(
      environments.map(({ draft }) => draft),
      (name, path, verdict) => {
        const found = environments.find((environment) => environment.name === name);
        if (!found?.root) return;
        const finding = findingAt(found.root, path, verdict);
        // Two environments that clash over what one line of the base file gives both: said once.
        const said = clashing.get(placeOf(finding)) ?? finding.message;
        clashing.set(placeOf(finding), said);
        if (said === finding.message) found.findings.push(finding);
      },
    );
  }
  return environments;
}

function check(configDir: string, name: string, base: LocatedMap, overlay: LocatedMap | undefined): Environment {
  if (!overlay) return { name, draft: draftOf(name), findings: nullsInBase(base) };
  const root = withTruststore(configDir, mergePatch(base, overlay) as LocatedMap);
  const reading = readingOf(root);
  const nulls = [...nullsInBase(base), ...nullDeletes(base, overlay)];
  const draft = draftOf(name, root, reading);
  const byRules: Finding[] = [];
  for (const rule of rules) rule(draft, (path, verdict) => byRules.push(findingAt(root, path, verdict)));
  return {
    name,
    root,
    config: reading.whole,
    draft,
    findings: [...nulls, ...besides([...findingsOf(root, reading), ...byRules], nulls)],
  };
}

function intentsOf(
  { name, config }: Environment,
  allowances: ByEnvironment<AllowancesConfig[string]>,
  imports: ByEnvironment<ImportsConfig[string]>,
): Intent[] {
  if (config === undefined) return [];
  const allowed = allowances.tree ? placed(allowances.of(name) ?? [], allowances.tree, [name]) : [];
  return [
    buildIntent(name, config, {
      allowances: allowed.filter((entry) => "rule" in entry),
      expectedChanges: allowed.filter((entry) => "change" in entry),
      imports: Object.entries(imports.of(name) ?? {}).map(([address, id]) => ({ address, id })),
    }),
  ];
}

const NO_ENVIRONMENT = {
  message: "got no environment, expected at least one file beside base.yaml",
  remedy: "write one, as in dev.yaml: its name is the environment's name",
};
