import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { CommandError, EXIT } from "../command-error";
import type { PlanFolder } from "./plan-folder";

const NAME = "lock";

/** One run at a time plans or deploys an environment from this folder; a run that died does not count. */
export async function locked<T>(environment: string, folder: PlanFolder, work: () => Promise<T>): Promise<T> {
  const path = folder.path(NAME);
  take(environment, path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** A file that names its run from its first moment: an empty one would look like that of a dead run. */
function take(environment: string, path: string): void {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: 0o600 });
  try {
    link(environment, own, path);
  } finally {
    rmSync(own, { force: true });
  }
}

function link(environment: string, own: string, path: string): void {
  for (const attempt of ["first", "after a dead one"]) {
    try {
      linkSync(own, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(read(path));
      if (attempt !== "first" || isAlive(holder)) throw busy(environment, holder);
      putAway(path);
    }
  }
}

/** Takes away what a dead run left, unless another run was quicker and the file is its own by now. */
function putAway(path: string): void {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
    if (isAlive(Number(read(aside)))) linkSync(aside, path);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function busy(environment: string, holder: number): CommandError {
  return new CommandError(
    `${environment}: process ${holder} plans or deploys it from this folder right now\n    wait until it has ended`,
    EXIT.failed,
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
