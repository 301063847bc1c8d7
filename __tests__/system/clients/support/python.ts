import { join } from "node:path";
import { pythonVenv } from "../../../../packages/local-front-door/processes/python-venv";
import { ROOT } from "../../../support/places";

const BUILD = join(ROOT, ".build");

/** A Python with requests and an OAuth library, or one line with the reason why there is none. */
export function pythonWithPackages(): { readonly python: string } | { readonly missing: string } {
  const made = pythonVenv({ name: "python", requirements: join(__dirname, "requirements.txt"), build: BUILD });
  return "missing" in made ? made : { python: join(made.folder, "bin", "python") };
}
