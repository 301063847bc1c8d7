import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Every file except V8's caches, with the time of its last change. */
function files(): readonly string[] {
  return readdirSync(project.folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !/^(\.git|node_modules)\/|^\.build(\/.*\.v8(\.place)?)?$/.test(path))
    .map((path) => `${path} ${statSync(project.path(path)).mtimeMs}`)
    .sort();
}

test("a check and a review write nothing in the project", () => {
  const before = files();
  for (const args of [["synth", "--check"], ["review"]]) {
    expect(project.run(args)).toMatchObject({ code: 0, error: "" });
    expect(files()).toEqual(before);
  }
});

mounting(
  "a check, a review and a help work in a read-only checkout, with and without bundles",
  () => {
    for (const hasBundles of [true, false]) {
      if (!hasBundles) rmSync(project.path(".build"), { recursive: true });
      for (const args of [["synth", "--check"], ["review"], ["preview", "--help"]]) {
        const { code, error } = under(project, READ_ONLY, ...args);
        expect({ args, hasBundles, code, error }).toEqual({ args, hasBundles, code: 0, error: "" });
      }
    }
    expect(readdirSync(project.folder)).not.toContain(".build");
  },
  60_000,
);

mounting(
  "a stale stack is found in a read-only checkout as well",
  () => {
    writeFileSync(project.path("synthesized/dev/access.md"), "other");
    const { code, error } = under(project, READ_ONLY, "synth", "--check");
    expect([code, error]).toEqual([1, expect.stringContaining("synthesized/dev/access.md")]);
  },
  60_000,
);
