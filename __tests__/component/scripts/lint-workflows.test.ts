import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";

const SCRIPT = join(ROOT, "scripts", "lint-workflows.cjs");
const { actionlint, zizmor } = require("../../../scripts/lint-workflows.cjs");

type Tool = { readonly path: string; readonly args: readonly string[] } | { readonly missing: string };

const folder = mkdtempSync(join(tmpdir(), "front-door-workflows-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Wrong, because it needs a missing job; unsafe, because a script contains a title that any user can write. */
const BAD = `on: pull_request
jobs:
  bad:
    runs-on: ubuntu-24.04
    needs: nothing
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
`;

for (const [name, find] of Object.entries({ actionlint, zizmor } as Readonly<Record<string, () => Tool>>)) {
  const tool = find();
  const missing = "missing" in tool ? tool.missing : undefined;
  testWhere(missing)(`${name} has no findings in the workflows, and has findings in a bad one`, () => {
    const { path, args } = tool as Exclude<Tool, { readonly missing: string }>;
    const ours = spawnSync(path, args, { cwd: ROOT, encoding: "utf8" });
    expect({ code: ours.status, out: ours.stdout }).toEqual({ code: 0, out: ours.stdout });
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    const bad = join(folder, ".github/workflows/bad.yml");
    writeFileSync(bad, BAD);
    const options = args.filter((each) => each.startsWith("-"));
    expect(spawnSync(path, [...options, bad], { cwd: folder }).status).not.toBe(0);
  });
}

test("on a machine without Python and Go, each tool is reported as skipped, with the reason", () => {
  const copy = join(folder, "copy");
  const files = [
    "scripts/lint-workflows.cjs",
    "scripts/zizmor.txt",
    "packages/local-front-door/processes/python-venv.cjs",
  ];
  for (const file of files) cpSync(join(ROOT, file), join(copy, file));
  const script = join(copy, "scripts/lint-workflows.cjs");
  const { status, stdout } = spawnSync(process.execPath, [script], { encoding: "utf8", env: { PATH: folder } });
  const skipped =
    /^skipped: actionlint, because .*: go install: .*ENOENT\nskipped: zizmor, because .*: python3 .*ENOENT\n$/;
  expect([status, stdout]).toEqual([0, expect.stringMatching(skipped)]);
});

test("an unknown tool is a usage error", () => {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, "zizmoor"], { encoding: "utf8" });
  expect([status, stderr]).toEqual([64, 'no tool is called "zizmoor"\n    known: actionlint, zizmor\n']);
});
