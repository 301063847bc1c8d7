import { ID } from "../model/patterns";

/** The base file of all environments, as problems name it. */
export const BASE_FILE = "config/base.yaml";

/** Accepted findings, statements to keep, and resources to import. These files are optional. */
export const ALLOWANCES_FILE = "config/allowances.yaml";
export const EXPECTATIONS_FILE = "config/expectations.yaml";
export const IMPORTS_FILE = "config/imports.yaml";

/** Optional: without this file there is no pipeline and nothing to bootstrap. */
export const BOOTSTRAP_FILE = "config/bootstrap.yaml";

/** Files of `config/` that are not environments: the shared base, and files for other parts of the program. */
export const OTHER_FILES = ["base", "bootstrap", "allowances", "expectations", "imports"];

/** Words that stand for something else than an environment, and for what. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["all", "every environment in config/expectations.yaml"],
  ["local", "this machine's front door in npm run trace"],
]);

/** Names that no environment can have. */
export const RESERVED_NAMES = [...OTHER_FILES, ...MEANINGS.keys()];

/** Prefix of every bootstrap stack's name. No environment may start with it. */
export const BOOTSTRAP_PREFIX = "bootstrap-";

export interface ConfigFiles {
  /** Sorted names of the environments: `dev`, `prod`. */
  readonly environments: readonly string[];
  /** Files that look like config but are not read. */
  readonly strays: readonly { readonly file: string; readonly message: string; readonly remedy: string }[];
}

/** The environments of a folder: one for each `<environment>.yaml`. */
export function configFiles(fileNames: readonly string[]): ConfigFiles {
  const yaml = fileNames.filter((file) => /\.ya?ml$/i.test(file)).sort();
  const environments: string[] = [];
  const strays: ConfigFiles["strays"][number][] = [];
  for (const file of yaml) {
    const name = file.replace(/\.yaml$/, "");
    if (OTHER_FILES.includes(name)) continue;
    if (name !== file && ID.test(name) && !MEANINGS.has(name)) environments.push(name);
    else strays.push({ file, ...strayFault(file) });
  }
  // Sorted by name, not by file name, in which "-" sorts before ".".
  return { environments: environments.sort(), strays };
}

function strayFault(file: string): { message: string; remedy: string } {
  const meaning = MEANINGS.get(file.replace(/\.yaml$/, ""));
  if (meaning !== undefined) {
    const message = `got the file name ${JSON.stringify(file)}, expected another: its name stands for ${meaning}`;
    return { message, remedy: "rename it, as in dev.yaml" };
  }
  const message = `got the file name ${JSON.stringify(file)}, expected <environment>.yaml in lower-case words with dashes`;
  const name = file.replace(/\.ya?ml$/i, "").toLowerCase();
  const remedy = ID.test(name)
    ? `rename it to ${name}.yaml, or move it out of config/: every YAML file there is an environment`
    : "rename it, as in dev.yaml, or move it out of config/: every YAML file there is an environment";
  return { message, remedy };
}

/** Whether a file of this name would be an environment, with or without a bootstrap file. */
export function mayBeEnvironment(name: string): boolean {
  return ID.test(name) && !RESERVED_NAMES.includes(name) && !name.startsWith(BOOTSTRAP_PREFIX);
}

/** An environment's file, as problems name it. */
export function overlayFile(environment: string): string {
  return `config/${environment}.yaml`;
}
