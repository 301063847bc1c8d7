import { createRequire } from "node:module";
import { join } from "node:path";
import { CommandError } from "./process/command-error";
import { PACKAGE, ROOT } from "./process/project";
import { findTerraform } from "./terraform/binary";
import { chosenProviders, NO_PROVIDERS, ownProviders } from "./terraform/own-providers";

/** What decides a synthesis and a plan, one line each, for a report of a problem. */
export function versions(): string {
  const rows = Object.entries({ ...versionsByName(), terraform: terraform(true) });
  const width = Math.max(...rows.map(([what]) => what.length));
  return rows.map(([what, which]) => `${what.padEnd(width)}  ${which}`).join("\n");
}

/** The same as data, without any path of this machine. */
export function versionsByName(): Readonly<Record<string, string>> {
  const { name, version } = manifest(join(PACKAGE, "package.json"));
  return {
    [name]: version,
    node: process.version.slice(1),
    terraform: terraform(),
    core: core(),
    ...Object.fromEntries(Object.values(providers()).map((each) => [each.source, each.version])),
  };
}

function terraform(withPath = false): string {
  try {
    const { version, path } = findTerraform();
    return withPath ? `${version} (${path})` : version;
  } catch (error) {
    if (error instanceof CommandError) return error.message.split("\n", 1)[0] ?? "";
    throw error;
  }
}

/** The package that is installed under the name `cdktf`: cdktf itself, or CDK Terrain. */
function core(): string {
  try {
    const { name, version } = manifest("cdktf/package.json");
    return `${name} ${version}`;
  } catch {
    return "not installed here";
  }
}

function providers() {
  try {
    return chosenProviders(ownProviders());
  } catch {
    // Outside a project, or its file has a fault, which every other command reports.
    return chosenProviders(NO_PROVIDERS);
  }
}

function manifest(path: string): { readonly name: string; readonly version: string } {
  return createRequire(join(ROOT, "package.json"))(path);
}
