import { spawnSync } from "node:child_process";
import { ProjectCopy } from "../../support/command";
import { testWhere } from "../../support/describe-where";

const project = new ProjectCopy();
afterAll(() => project.remove());

const mayMount = spawnSync("unshare", ["-rm", "true"]).status === 0;
const mounting = testWhere(mayMount ? undefined : "this machine lets no user mount (unshare -rm)");

/** Runs a command in a mount namespace, after mounts that only it sees. */
function under(mounts: string, ...args: readonly string[]) {
  const script = `${mounts}\ncd . && exec "$0" "$@"`;
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    ["-rm", "sh", "-c", script, process.execPath, "cli/run.cjs", ...args],
    { cwd: project.folder, encoding: "utf8" },
  );
  return { code: status, out: stdout, error: stderr };
}

const READ_ONLY = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD"';
/** A file system of 16 kB in place of a folder. */
const full = (folder: string) => `mkdir -p ${folder} && mount -t tmpfs -o size=16k none ${folder}`;

mounting("a read-only checkout is one path and a remedy, no trace", () => {
  for (const args of [["synth"], ["plan", "dev"]]) {
    const { code, error } = under(READ_ONLY, ...args);
    expect({ code, lines: error.trim().split("\n").length }).toEqual({ code: 64, lines: 2 });
    expect(error).toMatch(new RegExp(`^${project.folder}/\\S+: .*read-only.* \\((EROFS|ENOENT), \\w+\\)\\n`));
  }
});

mounting("a help needs no writable checkout", () => {
  expect(under(READ_ONLY, "preview", "--help")).toMatchObject({ code: 0, error: "" });
});

mounting("a full disk is one path and a remedy, no trace; nothing half-written is left", () => {
  const { code, error } = under(full("synthesized"), "synth", "dev");
  expect({ code, lines: error.trim().split("\n").length }).toEqual({ code: 64, lines: 2 });
  expect(error).toContain(`${project.path("synthesized/dev/")}`);
  expect(error).toContain("no space is left on its file system (ENOSPC, write)");
  const bundle = under(`rm -f .build/*.js .build/*.js.json; ${full(".build")}`, "synth", "dev");
  expect(bundle.code).toBe(64);
  expect(bundle.error).not.toMatch(/^\s+at /m);
});
