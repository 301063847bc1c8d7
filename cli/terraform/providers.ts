import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

/** Each provider that a stack of this program may have, by its name in a stack. The packages of cdktf pin these. */
export const PROVIDERS: Readonly<Record<string, { readonly source: string; readonly version: string }>> = {
  aws: { source: "hashicorp/aws", version: "6.25.0" },
  google: { source: "hashicorp/google", version: "6.50.0" },
};

export interface PlannedBy {
  /** `hashicorp/aws 6.25.0`. */
  readonly name: string;
  /**
   * A provider that serves the schema and knows nothing of the cloud. A plan with it proves references and types, not
   * that the cloud would accept them. It is recognized because it is a script, while real providers are binaries.
   */
  readonly standIn: boolean;
}

/** The providers that `init` installed in a folder. Terraform and OpenTofu use different registries. */
export function plannedBy(folder: string): readonly PlannedBy[] {
  const registries = join(folder, ".terraform", "providers");
  const found = readdirSync(registries).flatMap((registry) => {
    const root = join(registries, registry, "hashicorp");
    return readdirSync(root).map((provider) => ({ provider, root }));
  });
  return found
    .sort((one, other) => one.provider.localeCompare(other.provider, "en"))
    .map(({ provider, root }) => {
      const version = readdirSync(join(root, provider))[0] ?? "";
      const binaries = filesBelow(join(root, provider, version));
      return { name: `hashicorp/${provider} ${version}`, standIn: binaries.some(isScript) };
    });
}

/** One line for a person: which providers planned, and what that proves. */
export function describePlanners(planners: readonly PlannedBy[]): string {
  const names = planners.map(({ name, standIn }) => `${name}${standIn ? " (stand-in)" : ""}`).join(", ");
  const proves = planners.some(({ standIn }) => standIn)
    ? "stand-ins prove references and schema, not that the clouds would accept it"
    : "real providers, which saw no account: what only a cloud can refuse is not proven";
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
