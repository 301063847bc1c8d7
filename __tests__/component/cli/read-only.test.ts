import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../support/command";
import { mounting, READ_ONLY, under } from "../../support/mounts";

const project = new ProjectCopy();
afterAll(() => project.remove());

beforeAll(() => {
  writeFileSync(project.path(".gitignore"), "node_modules\n.build\ncdktf.out\n");
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
    ["commit", "--quiet", "--message=base"],
  ]) {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    expect(spawnSync("git", [...who, ...args], { cwd: project.folder }).status).toBe(0);
  }
});

/** Every file except V8's caches and the note on the last synthesis, with the time of its last change. */
function files(): readonly string[] {
  const parts = readdirSync(project.folder).filter((name) => ![".git", "node_modules"].includes(name));
  return parts
    .flatMap((name) => [name, ...below(name).map((path) => join(name, path))])
    .filter((path) => !/^\.build(\/(.*\.v8(\.place)?|tree(-lines)?\.json(\.place)?))?$/.test(path))
    .map((path) => `${path} ${statSync(project.path(path)).mtimeMs}`)
    .sort();
}

function below(name: string): readonly string[] {
  const path = project.path(name);
  return statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: "utf8" }) : [];
}

test("a check and a review write nothing in the project", () => {
  const before = files();
  for (const args of [
    ["synth", "--check", "dev"],
    ["review", "dev"],
  ]) {
    expect(project.run(args)).toMatchObject({ code: 0, error: "" });
    expect(files()).toEqual(before);
  }
});

mounting(
  "a stale stack is found in a read-only checkout as well",
  () => {
    const ledger = project.path("synthesized/dev/access.md");
    const text = readFileSync(ledger, "utf8");
    writeFileSync(ledger, "other");
    const { code, error } = under(project, READ_ONLY, "synth", "--check", "dev");
    writeFileSync(ledger, text);
    expect([code, error]).toEqual([1, expect.stringContaining("synthesized/dev/access.md")]);
  },
  60_000,
);

mounting(
  "a check and a review work in a read-only checkout, and a check also without bundles",
  () => {
    const works = (...args: readonly string[]) => {
      const { code, error } = under(project, READ_ONLY, ...args);
      expect({ args, code, error }).toEqual({ args, code: 0, error: "" });
    };
    works("synth", "--check", "dev");
    works("review", "dev");
    rmSync(project.path(".build"), { recursive: true });
    works("synth", "--check", "dev");
    expect(readdirSync(project.folder)).not.toContain(".build");
  },
  60_000,
);
