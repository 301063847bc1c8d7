import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../support/command";
import { ROOT } from "../../support/places";

const project = new ProjectCopy();
afterAll(() => project.remove());

const git = (...args: readonly string[]) => {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  return spawnSync("git", [...identity, ...args], { cwd: project.folder, encoding: "utf8" }).stdout.trim();
};

function commit(message: string): string {
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
  return git("rev-parse", "HEAD");
}

/** Every file of the project that git does not ignore, by path. */
function files(): Readonly<Record<string, string>> {
  const ignored = [".git", ".build", "node_modules", "cdktf.out"];
  const names = readdirSync(project.folder).filter((name) => !ignored.includes(name));
  const paths = names.flatMap((name) => {
    if (!statSync(project.path(name)).isDirectory()) return [name];
    return readdirSync(project.path(name), { recursive: true, encoding: "utf8" }).map((path) => join(name, path));
  });
  const found = paths.filter((path) => statSync(project.path(path)).isFile()).sort();
  return Object.fromEntries(found.map((path) => [path, readFileSync(project.path(path), "utf8")]));
}

const fromClone = (...args: readonly string[]) => project.run(["init", "--from-clone", ...args]);
const KEPT = /^(config|synthesized)\//;
const OWN = { "stacks/own-table.ts": "export const table = 1;\n", "notes/on-call.md": "call us\n" };

let base = "";
beforeAll(() => {
  writeFileSync(project.path(".gitignore"), "node_modules\ncdktf.out/\n.build/\n.plans/\n");
  writeFileSync(project.path("README.md"), "# The program\n");
  git("init", "--quiet", "--initial-branch=main");
  base = commit("the program");
  for (const [path, text] of Object.entries(OWN)) {
    spawnSync("mkdir", ["-p", join(project.path(path), "..")]);
    writeFileSync(project.path(path), text);
  }
  appendFileSync(project.path("stacks", "moves.ts"), "// ours\n");
  rmSync(project.path("README.md"));
  project.edit("dev.yaml", /^protect: .*$/m, "protect: true");
  commit("ours");
});

test("removes nothing if git could not restore it, or if the program's commit is unknown", () => {
  const before = files();
  expect([
    fromClone().code,
    fromClone("--base", "gone").code,
    fromClone("--base", base, "--name", "shop").code,
  ]).toEqual([64, 64, 64]);
  writeFileSync(project.path("open.txt"), "");
  const { code, error } = fromClone("--base", base);
  expect([code, error.includes("?? open.txt")]).toEqual([64, true]);
  rmSync(project.path("open.txt"));
  // Git cannot list uncommitted changes here.
  const index = readFileSync(project.path(".git", "index"));
  writeFileSync(project.path(".git", "index"), "no index");
  expect(fromClone("--base", base).code).toBe(64);
  writeFileSync(project.path(".git", "index"), index);
  writeFileSync(project.path("open.txt"), "");
  rmSync(project.path("open.txt"));
  expect(files()).toEqual(before);
});

test("does not overwrite your own file", () => {
  const before = git("rev-parse", "HEAD");
  writeFileSync(project.path(".nvmrc"), "22\n");
  commit("ours as well");
  const all = files();
  const { code, error } = fromClone("--base", base);
  expect([code, error.includes(".nvmrc"), files()]).toEqual([64, true, all]);
  git("reset", "--quiet", "--hard", before);
});

test("turns a clone into a project, keeps config/, synthesized/ and own files, and lists own changes", () => {
  const before = files();
  const { code, out, error } = fromClone("--base", base);
  expect([code, error]).toEqual([0, ""]);
  const after = files();
  const kept = (path: string) => KEPT.test(path) || path in OWN;
  const those = (all: typeof after) => Object.fromEntries(Object.entries(all).filter(([path]) => kept(path)));
  expect(those(after)).toEqual(those(before));
  expect(Object.keys(after).filter((path) => !kept(path))).toEqual([
    ".github/workflows/check.yml",
    ".github/workflows/deploy-environment.yml",
    ".github/workflows/deploy.yml",
    ".github/workflows/drift.yml",
    ".github/workflows/plan.yml",
    ".gitignore",
    ".npmrc",
    ".nvmrc",
    "README.md",
    "__tests__/public-routes.test.ts",
    "cdktf.json",
    "main.ts",
    "package.json",
    "tsconfig.json",
  ]);
  const listed = [...out.matchAll(/^ {8}(\S+) \((.+)\)$/gm)].map(([, path, how]) => [path, how]);
  expect(listed).toEqual([
    ["stacks/moves.ts", "changed"],
    ["stacks/own-table.ts", "added, kept"],
    ["README.md", "deleted"],
    ["notes/on-call.md", "added, kept"],
  ]);
  expect([existsSync(project.path("cli")), readdirSync(project.path("stacks"))]).toEqual([false, ["own-table.ts"]]);
});

test("writes the same main.ts and cdktf.json as the program's own repository", () => {
  for (const name of ["main.ts", "cdktf.json"]) {
    expect([name, readFileSync(project.path(name), "utf8")]).toEqual([name, readFileSync(join(ROOT, name), "utf8")]);
  }
});

test("the package synthesizes the same as the clone", () => {
  const before = files();
  const run = (...args: readonly string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "cli", "run.cjs"), ...args], {
      cwd: project.folder,
      encoding: "utf8",
    });
    return [status, stderr];
  };
  expect(run("synth")).toEqual([0, ""]);
  const after = files();
  const changed = Object.keys(before).filter((path) => after[path] !== before[path]);
  // `protect` was changed without a synthesis.
  expect(changed).toEqual(["synthesized/dev/main.tf.json"]);
  expect(run("workflows", "--check")).toEqual([0, ""]);
});
