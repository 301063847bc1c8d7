import { join } from "node:path";
import { pythonVenv } from "../../packages/local-front-door/processes/python-venv";
import { BUILD, PACKAGE } from "../process/project";

/** Where both scanners' programs are, or in one line why they cannot be had. */
export function scannerTools(): { readonly folder: string } | { readonly missing: string } {
  const made = pythonVenv({
    name: "scanners",
    requirements: join(PACKAGE, "cli", "scan", "requirements.txt"),
    build: BUILD,
    onFetch: () => console.error("installing checkov and trivy, once; 450 MB, about a minute"),
  });
  return "missing" in made ? made : { folder: join(made.folder, "bin") };
}
