import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonVenv } from "../../../packages/local-front-door/processes/python-venv.cjs";
import { oncePerRun } from "../once-per-run";
import { BUILD_FOLDER } from "../places";

/**
 * A Python with moto, boto3, the AWS CLI, requests and an OAuth library, or one line with the reason why there is none.
 */
export function pythonWithPackages(): { readonly python: string } | { readonly missing: string } {
  const requirements = join(__dirname, "requirements.txt");
  const made = oncePerRun("python", () => pythonVenv({ name: "python", requirements, build: BUILD_FOLDER }));
  return "missing" in made ? made : { python: join(made.folder, "bin", "python") };
}

/** A folder for the path in which `aws` is the CLI of this Python; the caller removes it. */
export function folderWithAws(python: string): string {
  const folder = mkdtempSync(join(tmpdir(), "front-door-aws-"));
  writeFileSync(join(folder, "aws"), `#!/bin/sh\nexec "${python}" -m awscli "$@"\n`, { mode: 0o755 });
  return folder;
}

/** A folder for the path in which `python` is this Python; the caller removes it. */
export function folderWithPython(python: string): string {
  const folder = mkdtempSync(join(tmpdir(), "front-door-python-"));
  writeFileSync(join(folder, "python"), `#!/bin/sh\nexec "${python}" "$@"\n`, { mode: 0o755 });
  return folder;
}
