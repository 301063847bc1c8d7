import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { actionlint, zizmor } from "../../../../cli/lint-workflows/tools";
import { ProjectCopy } from "../../../support/command";
import { testWhere } from "../../../support/describe-where";
import { ROOT } from "../../../support/places";

const folder = mkdtempSync(join(tmpdir(), "front-door-workflows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ACTION = "packages/terraform-access-review/action.yml";
const tools = { actionlint: actionlint(), zizmor: zizmor() };
/** Wrong, because it needs a missing job; unsafe, because a script contains a title that any user can write. */
const BAD = `on: pull_request
jobs:
  bad:
    runs-on: ubuntu-24.04
    needs: nothing
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
`;

for (const [name, tool] of Object.entries(tools)) {
  const [missing, path] = "missing" in tool ? [tool.missing, ""] : [undefined, tool.path];
  testWhere(missing)(`${name} has no findings in the workflows, and has findings in a bad one`, () => {
    const options = name === "zizmor" ? ["--offline", "--no-progress", "--quiet"] : [];
    const ours = spawnSync(path, [...options, ...(name === "zizmor" ? [".github/workflows", ACTION] : [])], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect({ code: ours.status, out: ours.stdout }).toEqual({ code: 0, out: ours.stdout });
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    const bad = join(folder, ".github/workflows/bad.yml");
    writeFileSync(bad, BAD);
    expect(spawnSync(path, [...options, bad], { cwd: folder }).status).not.toBe(0);
  });
}

describe("on a machine without Python and Go", () => {
  const project = new ProjectCopy("linked");
  afterAll(() => project.remove());
  const lint = (...names: readonly string[]) => project.run(["lint-workflows", ...names], { PATH: folder });

  test("reports each requested tool as skipped, with the reason", () => {
    const { code, out } = lint("zizmor");
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^skipped: zizmor, because it could not be installed: python3 -m venv: .*ENOENT\n$/),
    });
    expect(lint().out).toMatch(/^skipped: actionlint, .*\nskipped: zizmor, .*\n$/);
  });

  test("an unknown tool is a usage error", () => {
    const { code, error } = lint("zizmoor");
    expect({ code, error }).toEqual({
      code: 64,
      error: 'no tool is called "zizmoor"\n    known: actionlint, zizmor\n',
    });
  });
});
