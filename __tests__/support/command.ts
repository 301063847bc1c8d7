import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** What a fresh clone holds, as far as a command needs it. */
export const PARTS = [
  "main.ts",
  "intent",
  "stacks",
  "functions",
  "cli",
  "local",
  "review",
  "config",
  "synthesized",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "cdktf.json",
  "README.md",
  "docs/evidence.md",
];

/** A copy of the project that a test may break, with the packages of the real one. */
export class ProjectCopy {
  readonly folder = mkdtempSync(join(tmpdir(), "front-door-project-"));

  constructor() {
    for (const part of PARTS) cpSync(join(ROOT, part), join(this.folder, part), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** `npm run <command>` without npm's own lines. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const done = spawnSync(process.execPath, ["cli/run.cjs", ...args], {
      cwd: this.folder,
      env: { ...process.env, ...environment },
      encoding: "utf8",
    });
    return { code: done.status, out: done.stdout, error: done.stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
