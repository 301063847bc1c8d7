import { ID } from "../model/patterns";

/** How every problem names the file that all environments start from. */
export const BASE_FILE = "config/base.yaml";

/** Findings that environments live with, and what they take over. There need not be either file. */
export const ALLOWANCES_FILE = "config/allowances.yaml";
export const IMPORTS_FILE = "config/imports.yaml";

/** Without this file there is no pipeline, and nothing to bootstrap. */
export const BOOTSTRAP_FILE = "config/bootstrap.yaml";

/** Files of `config/` that are no environments: the shared base, and what later parts of the program keep there. */
export const OTHER_FILES = ["base", "bootstrap", "allowances", "imports"];

/** Starts the name of every bootstrap's stack, and so of no environment. */
export const BOOTSTRAP_PREFIX = "bootstrap-";

export interface ConfigFiles {
  /** Sorted names of the environments: `dev`, `prod`. */
  readonly environments: readonly string[];
  /** File names that look like config and are none. */
  readonly strays: readonly { readonly file: string; readonly message: string; readonly remedy: string }[];
}

/** Which environments a folder holds: one for each `<environment>.yaml`. */
export function configFiles(fileNames: readonly string[]): ConfigFiles {
  const yaml = fileNames.filter((file) => /\.ya?ml$/i.test(file)).sort();
  const environments: string[] = [];
  const strays: ConfigFiles["strays"][number][] = [];
  for (const file of yaml) {
    const name = file.replace(/\.yaml$/, "");
    if (OTHER_FILES.includes(name)) continue;
    if (name !== file && ID.test(name)) environments.push(name);
    else strays.push({ file, ...strayFault(file) });
  }
  // By name and not by file name, in which "-" comes before ".".
  return { environments: environments.sort(), strays };
}

function strayFault(file: string): { message: string; remedy: string } {
  const message = `got the file name ${JSON.stringify(file)}, expected <environment>.yaml in lower-case words with dashes`;
  const name = file.replace(/\.ya?ml$/i, "").toLowerCase();
  const remedy = ID.test(name)
    ? `rename it to ${name}.yaml, or move it out of config/: every YAML file there is an environment`
    : "rename it, as in dev.yaml, or move it out of config/: every YAML file there is an environment";
  return { message, remedy };
}

/** Whether a file of this name would be an environment, with or without a bootstrap file next to it. */
export function mayBeEnvironment(name: string): boolean {
  return ID.test(name) && !OTHER_FILES.includes(name) && !name.startsWith(BOOTSTRAP_PREFIX);
}

/** How every problem names an environment's file. */
export function overlayFile(environment: string): string {
  return `config/${environment}.yaml`;
}
