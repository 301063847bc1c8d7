import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { SCHEMA_VERSIONS } from "../../packages/terraform-access-review/types";

/** A provider as a stack requires it: an entry of `required_providers`. */
export interface RequiredProvider {
  /** `hashicorp/random`, or with a registry before it. */
  readonly source: string;
  readonly version: string;
}

/** By their names in a stack. */
export type Providers = Readonly<Record<string, RequiredProvider>>;

/**
 * The providers that every stack of this program may have, in the versions of its classes and tables. A project may
 * choose a newer one.
 */
export const PROVIDERS: Providers = {
  aws: { source: "hashicorp/aws", version: SCHEMA_VERSIONS.aws },
  google: { source: "hashicorp/google", version: SCHEMA_VERSIONS.google },
};

export interface PlannedBy {
  /** `hashicorp/aws 6.25.0`. */
  readonly name: string;
  /**
   * A provider that serves the schema without any knowledge of the cloud. A plan with it proves references and types,
   * not that the cloud would accept them. It is recognized as a script, because real providers are binaries.
   */
  readonly standIn: boolean;
}

/** The providers that `init` installed in a folder. Terraform and OpenTofu use different registries. */
export function plannedBy(folder: string): readonly PlannedBy[] {
  const registries = join(folder, ".terraform", "providers");
  const inside = (path: string) => readdirSync(join(registries, path)).map((name) => join(path, name));
  const found = readdirSync(registries).flatMap(inside).flatMap(inside).flatMap(inside);
  return found
    .map((path) => {
      const [, namespace, provider, version] = path.split(sep);
      const binaries = filesBelow(join(registries, path));
      return { name: `${namespace}/${provider} ${version}`, standIn: binaries.some(isScript) };
    })
    .sort((one, other) => one.name.localeCompare(other.name, "en"));
}

/** One line for the reader: which providers planned, and what that proves. */
export function describePlanners(planners: readonly PlannedBy[]): string {
  const names = planners.map(({ name, standIn }) => `${name}${standIn ? " (stand-in)" : ""}`).join(", ");
  const proves = planners.some(({ standIn }) => standIn)
    ? "stand-ins prove references and schema, not that the clouds would accept the plan"
    : "real providers without an account, so a cloud may still refuse the plan";
  return `planned by ${names}: ${proves}`;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function isScript(path: string): boolean {
  const start = Buffer.alloc(2);
  const file = openSync(path, "r");
  readSync(file, start, 0, 2, 0);
  closeSync(file);
  return start.toString("latin1") === "#!";
}
