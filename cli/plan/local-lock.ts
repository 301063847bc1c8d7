import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
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

function take(environment: string, path: string): void {
  for (const attempt of ["first", "after a dead one"]) {
    try {
      const file = openSync(path, "wx", 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(read(path));
      if (attempt === "first" && !isAlive(holder)) rmSync(path, { force: true });
      else throw busy(environment, holder);
    }
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
