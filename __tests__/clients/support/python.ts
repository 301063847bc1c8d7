import { join } from "node:path";
import { pythonVenv } from "../../support/python-venv";

/** A Python that has requests and an OAuth library, or in one line why there is none. */
export function pythonWithPackages(): { readonly python: string } | { readonly missing: string } {
  const made = pythonVenv("python", join(__dirname, "requirements.txt"));
  return "missing" in made ? made : { python: join(made.folder, "bin", "python") };
}
