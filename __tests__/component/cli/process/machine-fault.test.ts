import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";
import { testWhere } from "../../../support/describe-where";
import { full, mounting, READ_ONLY, under } from "../../../support/mounts";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

/** Runs a command in a shell, which may redirect its output or change to another folder before. */
function shell(script: string, ...args: readonly string[]) {
  const command = [process.execPath, project.path("cli/run.cjs"), ...args];
  const done = spawnSync("sh", ["-c", script, ...command], { cwd: project.folder, encoding: "utf8" });
  return { code: done.status, error: done.stderr };
}

/**
 * Two lines, and no trace: the place with the cause, and the remedy. The machine's Terraform may be one whose support has
 * ended, of which two other lines warn before.
 */
function faultOf({ code, error }: { readonly code: number | null; readonly error: string }) {
  const [first = "", second = "", ...more] = error
    .replace(/^warning: .*\n {4}.*\n/, "")
    .trim()
    .split("\n");
  return { code, place: first.split(": ")[0], hasRemedy: /^ {4}\w/.test(second), more };
}

const at = (place: string) => ({ code: 64, place, hasRemedy: true, more: [] });

mounting("a read-only checkout is one path and a remedy, no trace", () => {
  for (const args of [["synth"], ["plan", "dev"]]) {
    const { code, error } = under(project, READ_ONLY, ...args);
    expect({ code, lines: error.trim().split("\n").length }).toEqual({ code: 64, lines: 2 });
    expect(error).toMatch(new RegExp(`^${project.folder}/\\S+: .*read-only.* \\((EROFS|ENOENT), \\w+\\)\\n`));
  }
});

mounting("a full disk is one path and a remedy, no trace; nothing half-written is left", () => {
  const { code, error } = under(project, full("synthesized"), "synth", "dev");
  expect({ code, lines: error.trim().split("\n").length }).toEqual({ code: 64, lines: 2 });
  expect(error).toContain(`${project.path("synthesized/dev/")}`);
  expect(error).toContain("no space is left on its file system (ENOSPC, write)");
  const bundle = under(project, `rm -f .build/*.js .build/*.js.json; ${full(".build")}`, "synth", "dev");
  expect(bundle.code).toBe(64);
  expect(bundle.error).not.toMatch(/^\s+at /m);
});

mounting("a full folder of temporary files is named, not the project", () => {
  const temporary = project.path("full");
  const { code, error } = under(project, `${full("full")} && export TMPDIR=${temporary}`, "synth", "--check", "dev");
  expect([code, error]).toEqual([
    64,
    expect.stringMatching(new RegExp(`^${temporary}/\\S+: .* \\(ENOSPC, write\\)\\n`)),
  ]);
});

mounting("a full .plans gets no file from the runs that it stops", () => {
  const filled = `${full(".plans")} && mkdir .plans/dev && { head -c 64k /dev/zero > .plans/dev/fill; true; } 2>&-`;
  const run = `"${process.execPath}" cli/run.cjs plan dev; echo "$?" >&2`;
  const { error } = under(project, `${filled}\n${run}\n${run}\nls .plans/dev >&2`, "--help");
  expect(
    error
      .trim()
      .split("\n")
      .filter((line) => !/^( {4}|\/)/.test(line)),
  ).toEqual(["64", "64", "fill"]);
});

const whereFull = testWhere(existsSync("/dev/full") ? undefined : "this machine has no /dev/full");
whereFull("output that cannot be written is a fault of the machine, and the command does its work", () => {
  rmSync(project.path("synthesized/dev"), { recursive: true });
  for (const args of [["synth", "dev"], ["openapi", "dev"], ["list", "dev"], ["--help"], ["synth", "--help"]]) {
    expect(faultOf(shell('exec "$0" "$@" > /dev/full', ...args))).toEqual(at("standard output"));
  }
  expect(existsSync(project.path("synthesized/dev/access.md"))).toBe(true);
  expect(shell('exec "$0" "$@" > /dev/full', "synth", "nowhere").code).toBe(64);
});

test("a file in the place of TMPDIR is named", () => {
  const temporary = project.path("tsconfig.json");
  for (const args of [
    ["synth", "--check", "dev"],
    ["local", "dev", "--matrix"],
    ["plan", "dev", "--without-accounts"],
  ]) {
    expect(faultOf(shell(`TMPDIR=${temporary} exec "$0" "$@"`, ...args))).toEqual(at(temporary));
  }
});

test("a current folder that was removed is an error of one sentence", () => {
  for (const args of [["synth", "dev"], ["--help"], ["init", "x", "--yes"]]) {
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"';
    expect(faultOf(shell(script, ...args))).toEqual(at("the current folder"));
  }
});

test("a limit on the size of files names the file", () => {
  const out = project.path("api.json");
  expect(faultOf(shell('ulimit -f 4 && exec "$0" "$@"', "openapi", "dev", "--out", out))).toEqual(at(out));
});

test.each<[string, "file" | "folder", readonly string[]]>([
  ["synthesized/prod", "file", ["synth", "prod"]],
  ["synthesized/prod/access.md", "folder", ["synth", "prod"]],
  [".plans", "file", ["plan", "dev"]],
  [".plans/dev/lock", "folder", ["plan", "dev"]],
  ["cdktf.out/front-door.lock", "folder", ["synth", "dev"]],
  ["api.json", "folder", ["openapi", "dev", "--out", project.path("api.json")]],
  ["apis", "file", ["openapi", "dev", "--out", project.path("apis/dev.json")]],
  ["logs", "file", ["local", "dev", "--logs", "logs"]],
])("%s that is a %s is named", (name, kind, args) => {
  const path = project.path(name);
  rmSync(path, { recursive: true, force: true });
  if (kind === "file") writeFileSync(path, "");
  else mkdirSync(path, { recursive: true });
  expect(faultOf(shell('exec "$0" "$@"', ...args))).toEqual(at(path));
  rmSync(path, { recursive: true });
});

test("a plan without accounts shows once what Terraform printed, and ends with the machine's exit code where the disk is full", () => {
  const binary = project.path("terraform");
  const diagnostic =
    "\\033[31m│\\033[0m \\033[1mError: write\\n\\033[31m│\\033[0m /p/plan_5: no space left on device\\n";
  writeFileSync(
    binary,
    `#!/bin/sh\ncase "$1" in\nversion) echo '{"terraform_version":"1.11.4"}' ;;\nplan) printf '${diagnostic}' >&2; exit 1 ;;\nesac\n`,
    { mode: 0o755 },
  );
  const { code, error } = shell(`TERRAFORM_BINARY_NAME=${binary} exec "$0" "$@"`, "plan", "dev", "--without-accounts");
  expect([code, error.split("no space left on device").length - 1]).toEqual([64, 1]);
  expect(error).toMatch(/^dev: \/p\/plan_5: .* \(ENOSPC\)\n {4}\w/m);
});
