import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Creates a lock file that names its process from the first moment, because an empty one would look like a dead
 * process's. A dead process's lock does not count. The holder removes the file.
 *
 * @returns undefined, or the id of the process that holds the lock
 */
export function takeLock(path: string): number | undefined {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: 0o600 });
  try {
    return link(own, path);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Whether a process of this id is running, whichever user owns it. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function link(own: string, path: string): number | undefined {
  for (const attempt of ["first", "after a dead one"]) {
    try {
      linkSync(own, path);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(read(path));
      if (attempt !== "first" || isAlive(holder)) return holder;
      putAway(path);
    }
  }
  return undefined;
}

/** Removes a dead process's lock, unless another process was quicker and now owns the file. */
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

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
