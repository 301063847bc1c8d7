import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectError } from "../process/command-error";
import { jsonIn } from "../process/json";
import { heldLock, releaseLock, takeLock } from "../process/process-lock";
import { PLANS } from "../process/project";
import { writeWhole } from "../process/write-files";

/**
 * The folder of one environment's plan, `.plans/<environment>/`. A plan file contains secrets, so only its owner may
 * read the folder, and git ignores it.
 */
export class PlanFolder {
  private readonly folder: string;

  constructor(environment: string) {
    this.folder = join(PLANS, environment);
    for (const path of [PLANS, this.folder]) refuseLink(path);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    // Also if the folder had other permissions before.
    chmodSync(PLANS, 0o700);
    chmodSync(this.folder, 0o700);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file whole or not at all, readable only by its owner. */
  write(name: string, value: unknown): void {
    writeWhole(this.path(name), `${JSON.stringify(value, null, 2)}\n`, 0o600);
  }

  /** The parsed file. Undefined if there is no such file, or if it is not JSON. */
  read(name: string): unknown {
    return existsSync(this.path(name)) ? jsonIn(readFileSync(this.path(name), "utf8")) : undefined;
  }

  /** Removes all other users' access. */
  close(name: string): void {
    chmodSync(this.path(name), 0o600);
  }

  /** Removes what killed runs had not written to its end. Only a run that holds the lock writes here. */
  removeDrafts(): void {
    for (const name of readdirSync(this.folder)) if (/\.json\.\d+$/.test(name)) this.remove(name);
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }
}

/** A branch may carry a link under an ignored name, which would redirect secrets to another place. */
export function refuseLink(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw projectError(`${path}: is a link; a plan contains secrets and must stay in the project`, "remove the link");
}

/** Only one run at a time plans or deploys an environment from this folder. The lock of an ended run does not count. */
export async function locked<T>(environment: string, folder: PlanFolder, work: () => Promise<T>): Promise<T> {
  const path = folder.path("lock");
  const holder = takeLock(path);
  if (holder !== undefined) {
    throw heldLock(holder, (process) => `${environment}: ${process} is planning or deploying it from this folder`);
  }
  try {
    folder.removeDrafts();
    return await work();
  } finally {
    releaseLock(path);
  }
}
