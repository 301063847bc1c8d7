import { STREAM_TIMEOUT_SECONDS } from "../model/limits";
import { nearest, suggestion } from "../model/nearest";
import { MOST_PROBLEMS, type Problem } from "../model/problem";
import {
  ALLOWANCES_FILE,
  BASE_FILE,
  BOOTSTRAP_FILE,
  configFiles,
  EXPECTATIONS_FILE,
  IMPORTS_FILE,
  overlayFile,
} from "../source/environments";
import { type Finding, findingAt } from "../source/finding";
import type { Located, LocatedMap, LocatedScalar, Origin } from "../source/located";
import { mergePatch, nullDeletes, nullsInBase } from "../source/merge";
import { isCommentsAlone, parseFile, topOf } from "../source/parse-file";
import { listFiles } from "../source/read";
import type { ParsedFile } from "../source/yaml";
import { type AllowancesConfig, allowancesSchema } from "./allowances";
import { type BootstrapFile, bootstrapSchema } from "./bootstrap";
import { type ByEnvironment, readByEnvironment } from "./by-environment";
import { collapse, problemAt } from "./collapse";
import { type Config, configSchema, type EnvironmentConfig } from "./config";
import { asOrphans, withoutConsequences } from "./consequences";
import { ALL, type ExpectationsConfig, expectationsSchema } from "./expectations";
import { partFindings, readWhole } from "./findings";
import { type ImportsConfig, importsSchema } from "./imports";
import type { LeftOut, Unrouted } from "./openapi/left-out";
import { documentsOf, withDocuments } from "./openapi/with-documents";
import { remedyOfOld } from "./renamed";
import { withTruststore } from "./truststore";
import { primaryOf } from "./twin-files";
import { keysOf, shapesOf } from "./variants";
import { listed } from "./verdicts";

export interface LeftOutOfEnvironment extends LeftOut {
  readonly environment: string;
}

/** Every file of a folder, before any rule runs. */
export interface ReadConfig {
  /** Syntax and schema errors. If there are any, the other fields hold what could still be read. */
  readonly problems: readonly Problem[];
  readonly environments: readonly EnvironmentConfig[];
  /** What OpenAPI documents have and no route can carry over, also if there are problems. */
  readonly leftOut: readonly LeftOutOfEnvironment[];
  /** Undefined if the file does not exist. */
  readonly bootstrap?: BootstrapFile;
  readonly allowances: ByEnvironment<AllowancesConfig[string]>;
  readonly expectations: ByEnvironment<ExpectationsConfig[string]>;
  readonly imports: ByEnvironment<ImportsConfig[string]>;
}

/**
 * Checks each file by itself, then each merged environment. Files are checked separately because an overlay could
 * replace, and so hide, a value of the wrong type in the base.
 *
 * @param statedIn folder whose expectations count, in place of those of `configDir`
 */
export function readConfig(configDir: string, statedIn = configDir): ReadConfig {
  const files = listFiles(configDir) ?? [];
  const optional = (file: string, folder = configDir, known = files) =>
    known.includes(file.replace(/^config\//, "")) ? parseFile(folder, file) : undefined;
  const base = withPart(parseFile(configDir, BASE_FILE), (tree) => [...nullsInBase(tree), ...twinInBase(tree)]);
  const { overlays, strays } = readOverlays(configDir, files, base.tree);
  const names = overlays.map(({ name }) => name);
  const merged = overlays.map((overlay) => ({
    name: overlay.name,
    ...mergedOf(configDir, startOf(overlay, base, overlays), overlay),
  }));
  const allowances = readByEnvironment(optional(ALLOWANCES_FILE), allowancesSchema, names);
  const filesThere = statedIn === configDir ? files : (listFiles(statedIn) ?? []);
  const stated = optional(EXPECTATIONS_FILE, statedIn, filesThere);
  // A statement about an environment of the other folder alone is about nothing here.
  const further = statedIn === configDir ? [ALL] : [ALL, ...configFiles(filesThere).environments];
  const expectations = readByEnvironment(stated, expectationsSchema, names, further);
  const imports = readByEnvironment(optional(IMPORTS_FILE), importsSchema, names);
  const isLater = files.includes("bootstrap.yaml") && isCommentsAlone(configDir, BOOTSTRAP_FILE);
  const bootstrap = readBootstrap(isLater ? undefined : optional(BOOTSTRAP_FILE));
  const environments = merged.flatMap(({ name, root, config, unrouted = [] }) =>
    root && config ? [{ name, root, config, unrouted }] : [],
  );
  const inFiles = [base, ...overlays, allowances, expectations, imports, bootstrap].flatMap(({ findings }) => findings);
  const problems = [
    ...strays.map(({ file, ...fault }) => problemAt(topOf(`config/${file}`), { path: [], ...fault })),
    ...(names.length === 0 ? [problemAt(topOf(configDir), { path: [], ...NO_ENVIRONMENT })] : []),
    ...inFiles.map((finding) => problemAt(finding.origin, finding)),
    ...collapse(merged.map(({ name, findings }) => ({ environment: name, findings }))),
  ];
  // No environment may be dropped without a reported problem.
  if (problems.length === 0 && environments.length < names.length) throw new Error("an environment without a config");
  return {
    problems,
    environments,
    leftOut: merged.flatMap(({ name, leftOut = [] }) => leftOut.map((part) => ({ ...part, environment: name }))),
    ...(bootstrap.file && { bootstrap: bootstrap.file }),
    allowances,
    expectations,
    imports,
  };
}

/**
 * The environments. A file of config/ that is a service's OpenAPI document is not an environment, and one with keys of
 * something else is a stray: all that it lacks as an environment would hide this cause.
 */
function readOverlays(configDir: string, files: readonly string[], base: LocatedMap | undefined) {
  const { environments, strays } = configFiles(files);
  const found = environments.map((name) => ({ name, ...parseFile(configDir, overlayFile(name)) }));
  const documents = new Set(
    [base, ...found.map(({ tree }) => tree)].flatMap((tree) => (tree ? documentsOf(tree) : [])),
  );
  const overlays = found.filter(({ name }) => !documents.has(overlayFile(name)));
  const foreign = overlays.filter(({ tree }) => tree !== undefined && isForeign(tree));
  return {
    overlays: overlays.filter((each) => !foreign.includes(each)),
    strays: [
      ...strays.filter(({ file }) => !documents.has(`config/${file}`)),
      ...foreign.map(({ name, tree }) => ({
        file: `${name}.yaml`,
        ...foreignFault([...(tree?.entries.keys() ?? [])]),
      })),
    ],
  };
}

const KNOWN_KEYS = keysOf(shapesOf(configSchema));
/** An environment's file almost always has one of these. */
const KEYS_OF_ENVIRONMENTS = ["aws", "google", "state", "issuers"];

/** Whether a file is something else than an environment: a workflow, values of a chart, a manifest. */
function isForeign(tree: LocatedMap): boolean {
  const keys = [...tree.entries.keys()];
  const unknown = keys.filter((key) => !KNOWN_KEYS.includes(key));
  const isMisspelt = (key: string) => nearest(key, KNOWN_KEYS) !== undefined || remedyOfOld([key]) !== undefined;
  return (
    unknown.length * 2 >= keys.length &&
    !unknown.every(isMisspelt) &&
    !keys.some((key) => KEYS_OF_ENVIRONMENTS.includes(key))
  );
}

function foreignFault(keys: readonly string[]) {
  return {
    message: `got a file with ${listed(keys)}, expected an environment: every YAML file of config/ is taken for an environment`,
    remedy: "move it out of config/. If it is an environment, write its keys as in base.yaml",
  };
}

function withPart({ tree, findings }: ParsedFile, further: (tree: LocatedMap) => Finding[] = () => []): ParsedFile {
  if (tree === undefined) return { findings };
  const bySchema = [...further(tree), ...partFindings(tree, configSchema)];
  return { tree, findings: [...findings, ...withoutConsequences(bySchema, findings)] };
}

interface Merged {
  readonly findings: readonly Finding[];
  readonly root?: LocatedMap;
  readonly config?: Config;
  readonly leftOut?: readonly LeftOut[];
  readonly unrouted?: readonly Unrouted[];
}

interface Overlay extends ParsedFile {
  readonly name: string;
}

/** What an overlay is merged over. */
interface Start extends ParsedFile {
  /** `base.yaml`. */
  readonly file: string;
  /** Why nothing can be merged; empty if that is reported already. */
  readonly faults?: readonly Finding[];
}

/** base.yaml, and for a twin the file of its primary merged over it. */
function startOf(overlay: Overlay, base: ParsedFile, overlays: readonly Overlay[]): Start {
  const start = { ...base, file: "base.yaml" };
  const { tree } = overlay;
  const named = primaryOf(overlay.tree);
  if (overlay.findings.some(({ path }) => path[0] === "twinOf")) return { ...start, faults: [] };
  if (tree === undefined || named === undefined) return start;
  const primary = overlays.find(({ name }) => name === named);
  if (primary === undefined || primaryOf(primary.tree) !== undefined) {
    const known = overlays
      .filter((each) => each !== overlay && primaryOf(each.tree) === undefined)
      .map(({ name }) => name);
    const fault = findingAt(tree, ["twinOf"], {
      got: primary === undefined ? JSON.stringify(named) : `${named}, which is itself a twin`,
      expected: "another environment of this folder, which is no twin",
      remedy: `correct it; ${suggestion(named, known)}`,
    });
    return { ...start, faults: [fault] };
  }
  const findings = [...base.findings, ...primary.findings];
  if (base.tree === undefined || primary.tree === undefined) return { ...start, findings };
  return { file: `${named}.yaml`, findings, tree: mergePatch(base.tree, primary.tree) as LocatedMap };
}

/** Every environment would be a twin, the primary as well. */
function twinInBase(tree: LocatedMap): readonly Finding[] {
  if (!tree.entries.has("twinOf")) return [];
  const expected = "no twinOf in base.yaml: each environment starts from it";
  return [findingAt(tree, ["twinOf"], { got: "twinOf", expected, remedy: "write it in the file of the twin alone" })];
}

/** Findings that only the merge shows: all in the overlay, and keys missing from both files. */
function mergedOf(configDir: string, base: Start, overlay: ParsedFile): Merged {
  if (base.faults) return { findings: base.faults };
  // The base's findings already fill the report.
  if (overlay.tree === undefined || base.findings.length > MOST_PROBLEMS) return { findings: [] };
  if (base.tree === undefined) {
    return { findings: withoutConsequences(partFindings(overlay.tree, configSchema), overlay.findings) };
  }
  const merged = withTruststore(configDir, mergePatch(base.tree, overlay.tree) as LocatedMap);
  const { root: documented, findings: ofDocuments, leftOut, unrouted } = withDocuments(configDir, merged);
  const { root, findings: ofServers } = withMcpRoutes(documented);
  const inDocuments = [...ofDocuments, ...ofServers];
  const { findings, value } = readWhole(root, configSchema, `here or in ${base.file}`);
  const all = [...nullDeletes(base.tree, overlay.tree, base.file), ...findings];
  const causes = withoutConsequences(all, [...base.findings, ...overlay.findings]);
  return {
    findings: [...withoutConsequences(asOrphans(causes, base.tree, root, base.file), []), ...inDocuments],
    root,
    leftOut,
    unrouted,
    ...(value !== undefined && inDocuments.length === 0 && { config: value }),
  };
}

function readBootstrap(parsed: ParsedFile | undefined): { findings: readonly Finding[]; file?: BootstrapFile } {
  if (parsed?.tree === undefined) return { findings: parsed?.findings ?? [] };
  const { tree } = parsed;
  const { findings, value } = readWhole(tree, bootstrapSchema);
  const all = [...parsed.findings, ...withoutConsequences(findings, parsed.findings)];
  return value === undefined ? { findings: all } : { findings: all, file: { tree, config: value } };
}

const NO_ENVIRONMENT = {
  message: "got no environment, expected at least one file in addition to base.yaml",
  remedy: "write one, as in dev.yaml: its name is the environment's name",
};

/**
 * Methods of a server of the Model Context Protocol, and whether their answers are streams. Since its version of
 * 2026-07-28 there is only POST; clients of earlier versions also open a stream with GET, and end a session with DELETE.
 */
const METHODS = { POST: true, GET: true, DELETE: false } as const;

/**
 * Adds the routes of each service's `mcp`, with its place in the config. A value that does not fit the schema adds none,
 * because the schema refuses it.
 */
function withMcpRoutes(root: LocatedMap): { readonly root: LocatedMap; readonly findings: readonly Finding[] } {
  const services = root.entries.get("services");
  if (services?.kind !== "map") return { root, findings: [] };
  const findings: Finding[] = [];
  const entries = new Map(
    [...services.entries].map(([id, service]): readonly [string, Located] => {
      const added = service.kind === "map" ? mcpRoutes(service.entries.get("mcp")) : [];
      if (service.kind !== "map" || added.length === 0) return [id, service];
      const routes = service.entries.get("routes");
      if (routes !== undefined && routes.kind !== "map") return [id, service];
      const own = routes?.entries ?? new Map<string, Located>();
      for (const [key] of added) {
        if (!own.has(key)) continue;
        findings.push(
          findingAt(root, ["services", id, "routes", key], {
            got: `${key}, which mcp declares as well`,
            expected: "each route once",
            remedy: "remove the route: mcp.scopes says who may call it",
          }),
        );
      }
      const origin = routes?.origin ?? service.origin;
      const merged: Located = { ...routes, kind: "map", origin, entries: new Map([...own, ...added]) };
      return [id, { ...service, entries: new Map(service.entries).set("routes", merged) }];
    }),
  );
  return { root: { ...root, entries: new Map(root.entries).set("services", { ...services, entries }) }, findings };
}

function mcpRoutes(mcp: Located | undefined): readonly (readonly [string, Located])[] {
  if (mcp?.kind !== "map") return [];
  const [path, scopes] = ["path", "scopes"].map((key) => mcp.entries.get(key));
  if (path?.kind !== "scalar" || typeof path.value !== "string" || scopes?.kind !== "list") return [];
  const { origin } = mcp;
  const needed: Located = scopes.items.length > 1 ? mapOf(scopes.origin, { allOf: scopes }) : scopes;
  return Object.entries(METHODS).map(([method, stream]) => {
    const streamed = stream && { stream: scalar(origin, true), timeoutSeconds: scalar(origin, STREAM_TIMEOUT_SECONDS) };
    return [`${method} ${path.value}`, mapOf(origin, { scopes: needed, ...streamed })] as const;
  });
}

function mapOf(origin: Origin, entries: Readonly<Record<string, Located>>): LocatedMap {
  return { kind: "map", origin, entries: new Map(Object.entries(entries)) };
}

function scalar(origin: Origin, value: LocatedScalar["value"]): LocatedScalar {
  return { kind: "scalar", origin, value };
}
