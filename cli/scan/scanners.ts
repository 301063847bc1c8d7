import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pythonVenv } from "../../packages/local-front-door/processes/python-venv";
import { BUILD, PACKAGE } from "../process/project";
import { stackOf } from "./copies";

/** One finding of a scanner. */
export interface Finding {
  /** `CKV_AWS_18`, `AWS-0089`. */
  readonly rule: string;
  readonly title: string;
  readonly stack: string;
  /** Terraform address, or as much of it as the scanner knows: checkov reports `resource.NAME` for JSON. */
  readonly resource: string;
}

export interface Scanner {
  readonly name: string;
  /** All findings below a folder; throws if the scanner fails. */
  scan(bin: string, folder: string): readonly Finding[];
}

const checkov: Scanner = {
  name: "checkov",
  scan(bin, folder) {
    const what = ["--framework", "terraform_json", "--directory", folder, "--output", "json", "--compact", "--quiet"];
    // Run as a module: the folder has moved since the installation, and pip's own scripts name the old path. It exits
    // with 1 if it found anything.
    const report = [JSON.parse(run(join(bin, "python"), ["-m", "checkov.main", ...what], [0, 1]))].flat();
    return report.flatMap(({ results }) =>
      (results?.failed_checks ?? []).map((each: Record<string, string>) => ({
        rule: each.check_id,
        title: each.check_name,
        stack: stackOf(each.file_path ?? "") ?? "?",
        resource: each.resource,
      })),
    );
  },
};

const trivy: Scanner = {
  name: "trivy",
  scan(bin, folder) {
    const args = ["config", "--skip-check-update", "--quiet", "--format", "json", folder];
    const { Results = [] } = JSON.parse(run(join(bin, "trivy"), args, [0]));
    return Results.flatMap(({ Target, Misconfigurations = [] }: TrivyResult) =>
      Misconfigurations.filter(({ Status }) => Status === "FAIL").map(({ ID, Title, CauseMetadata }) => ({
        rule: ID,
        title: Title,
        stack: stackOf(Target) ?? "?",
        resource: CauseMetadata?.Resource ?? "",
      })),
    );
  },
};

interface TrivyResult {
  readonly Target: string;
  readonly Misconfigurations?: readonly {
    readonly ID: string;
    readonly Title: string;
    readonly Status: string;
    readonly CauseMetadata?: { readonly Resource?: string };
  }[];
}

export const SCANNERS: readonly Scanner[] = [checkov, trivy];

const MOST_MILLISECONDS = 300_000;

function run(command: string, args: readonly string[], good: readonly number[]): string {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: MOST_MILLISECONDS, maxBuffer: 1 << 28 });
  if (done.status !== null && good.includes(done.status)) return done.stdout;
  throw new Error(`${command} failed (${done.status ?? done.error?.message}): ${String(done.stderr).slice(-500)}`);
}

/** The paths of both scanners' programs, or one line that says why they are not available. */
export function scannerTools(): { readonly folder: string } | { readonly missing: string } {
  const made = pythonVenv({
    name: "scanners",
    requirements: join(PACKAGE, "cli", "scan", "requirements.txt"),
    build: BUILD,
    onFetch: () => console.error("installing checkov and trivy, once; 450 MB, about a minute"),
  });
  return "missing" in made ? made : { folder: join(made.folder, "bin") };
}
