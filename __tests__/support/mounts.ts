import { spawnSync } from "node:child_process";
import type { ProjectCopy } from "./command";
import { testWhere } from "./describe-where";

const mayMount = spawnSync("unshare", ["-rm", "true"]).status === 0;
/** A test that mounts file systems, skipped if users may not mount. */
export const mounting = testWhere(mayMount ? undefined : "users may not mount on this machine (unshare -rm)");

/** Makes a project's folder read-only. */
export const READ_ONLY = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD"';
/** A file system of 16 kB in place of a folder. */
export const full = (folder: string) => `mkdir -p ${folder} && mount -t tmpfs -o size=16k none ${folder}`;

/** Runs a command in a mount namespace, after mounts that only it sees. */
export function under(project: ProjectCopy, mounts: string, ...args: readonly string[]) {
  const script = `${mounts}\ncd . && exec "$0" "$@"`;
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    ["-rm", "sh", "-c", script, process.execPath, "cli/run.cjs", ...args],
    { cwd: project.folder, encoding: "utf8" },
  );
  return { code: status, out: stdout, error: stderr };
}
