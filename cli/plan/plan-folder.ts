import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, EXIT } from "../process/command-error";
import { PLANS } from "../process/project";
import { readIntents, select } from "../synthesis/intents";

/**
 * Where the plan of one environment lies, `.plans/<environment>/`. A plan file quotes secrets: only its owner may
 * read the folder, and git ignores it.
 */
export class PlanFolder {
  private readonly folder: string;

  constructor(environment: string) {
    this.folder = join(PLANS, environment);
    for (const path of [PLANS, this.folder]) refuseLink(path);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    // Whatever the folder was before.
    chmodSync(PLANS, 0o700);
    chmodSync(this.folder, 0o700);
  }

  /** For an environment of the config: any other name makes no folder, whatever path it forms. */
  static of(environment: string): PlanFolder {
    select(readIntents(), [environment]);
    return new PlanFolder(environment);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Whole or not at all, readable by its owner alone. */
  write(name: string, value: unknown): void {
    const draft = this.path(`${name}.${process.pid}`);
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.path(name));
  }

  /** Undefined where there is no such file, or no JSON in it. */
  read(name: string): unknown {
    if (!existsSync(this.path(name))) return undefined;
    try {
      return JSON.parse(readFileSync(this.path(name), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Takes it from everybody else. */
  close(name: string): void {
    chmodSync(this.path(name), 0o600);
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }
}

/** A branch may carry a link under an ignored name: through it secrets would land elsewhere. */
export function refuseLink(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new CommandError(
    `${path}: is a link; a plan quotes secrets, and is kept in the project alone\n    remove the link`,
    EXIT.failed,
  );
}
