import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { FOREIGN, foreignPlan } from "../../fixtures/foreign/foreign";
import { ROOT } from "../../support/places";

const TEXT = readFileSync(join(ROOT, "packages/terraform-access-review/action.yml"), "utf8");
const { inputs, outputs, runs } = parse(TEXT);
const [setup, build, step] = runs.steps;

/** How GitHub starts a step with `shell: bash`, whose file is the text here. */
const SHELL = ["--noprofile", "--norc", "-eo", "pipefail", "-c"];

const folder = mkdtempSync(join(tmpdir(), "review-action-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Replaces the programs that the step runs. Each records its arguments. */
function standIn(name: string, script: string): void {
  writeFileSync(at(name), `#!/bin/bash\necho "$@" >> "${at(`${name}.calls`)}"\n${script}\n`);
  chmodSync(at(name), 0o755);
}

interface Run {
  /** Exit code of the program. */
  readonly code?: number;
  /** Ids of existing comments, one per line. */
  readonly known?: string;
  readonly report?: string;
  /** Exit code of `gh`. */
  readonly gh?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const lines = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8").trim().split("\n") : []);

/** Runs the step in an empty workspace of a repository that has nothing else. */
function runStep({ env = {}, gh = 0, known = "" }: Run) {
  for (const file of ["gh.calls", "summary", "output"]) rmSync(at(file), { force: true });
  standIn("gh", `[[ "$2" == --paginate ]] && printf '%s' "${known}"; exit ${gh}`);
  const done = spawnSync("bash", [...SHELL, step.run], {
    encoding: "utf8",
    cwd: mkdtempSync(join(folder, "workspace-")),
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      RUNNER_TEMP: folder,
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_STEP_SUMMARY: at("summary"),
      GITHUB_OUTPUT: at("output"),
      GH_TOKEN: "the-token",
      AWS_SECRET_ACCESS_KEY: "the-key",
      PULL: "7",
      HEAD: "acme/shop",
      PLAN: "plan.json",
      NAME: "plan",
      BASE: "",
      FAIL_ON: "",
      GITHUB_ACTION_PATH: "/action",
      ...env,
    },
  });
  return { code: done.status, out: done.stdout, error: done.stderr, gh: lines("gh.calls") };
}

/** Runs the step with a stand-in for the program. */
function run({ code = 0, report = "### plan: no change\n", ...others }: Run) {
  for (const file of ["node.calls", "node.env"]) rmSync(at(file), { force: true });
  writeFileSync(at("given.md"), report);
  standIn(
    "node",
    `env > "${at("node.env")}"
while [[ $# -gt 0 && "$1" != --out ]]; do shift; done
[[ $# -gt 0 && ( ${code} == 0 || ${code} == 2 ) ]] && cp "${at("given.md")}" "$2"
exit ${code}`,
  );
  const done = runStep(others);
  rmSync(at("node"));
  return { ...done, node: lines("node.calls") };
}

test("inputs come from the environment, the token from an input, and every action is pinned to a commit", () => {
  expect(step.run).not.toContain("${{");
  expect(step.env.GH_TOKEN).toBe("${{ inputs.token }}");
  expect(TEXT).not.toContain("github.token");
  expect(setup.uses).toMatch(/^actions\/setup-node@[0-9a-f]{40}$/);
  expect(Object.keys(inputs)).toEqual(["plan", "token", "base", "name", "fail-on"]);
  expect(Object.keys(inputs).filter((name) => inputs[name].required)).toEqual(["plan"]);
  const values = Object.keys(outputs).map((name) => [name, `\${{ steps.${step.id}.outputs.${name} }}`]);
  expect(Object.entries<{ value: string }>(outputs).map(([name, { value }]) => [name, value])).toEqual(values);
});

test("the program is built from the action's own commit, with the packages in its lock file, by the Node of .nvmrc", () => {
  expect(build.run.split("\n").filter((line: string) => line.startsWith("npm"))).toEqual([
    "npm ci --workspace terraform-access-review --ignore-scripts --no-audit --no-fund",
  ]);
  expect(build.env).toBeUndefined();
  expect(setup.with["node-version"]).toBe(Number(readFileSync(join(ROOT, ".nvmrc"), "utf8")));
});

test("the first report of a plan is a new comment, and the job's summary", () => {
  const { code, gh, node } = run({});
  expect({ code, node }).toEqual({
    code: 0,
    node: [
      `/action/dist/cli.cjs plan.json --name plan --format markdown --out ${at("access-review-plan.md")}`,
      "/action/dist/cli.cjs plan.json --name plan --fail-on broadened",
    ],
  });
  expect(gh.at(-1)).toBe(
    `api --silent --method POST repos/acme/shop/issues/7/comments --field body=@${at("access-review-plan.md.comment")}`,
  );
  expect(readFileSync(at("access-review-plan.md.comment"), "utf8")).toBe(
    "<!-- terraform-access-review: plan -->\n### plan: no change\n",
  );
  expect(lines("summary")).toEqual(["### plan: no change"]);
});

test("the next report replaces that comment, even if there are two", () => {
  const { gh } = run({ known: "11\n12" });
  expect(gh.at(-1)).toMatch(/^api --silent --method PATCH repos\/acme\/shop\/issues\/comments\/11 /);
});

test("the program gets the options, but no variable of the job", () => {
  const { node } = run({ env: { BASE: "before.json", FAIL_ON: "destroy", NAME: "prod" } });
  expect(node[0]).toMatch(/--name prod --base before\.json --format markdown --out \S+ --fail-on destroy$/);
  expect(node[1]).toMatch(/--name prod --base before\.json --fail-on broadened$/);
  const names = lines("node.env").map((line) => line.split("=")[0]);
  // bash sets the others.
  expect(names.sort()).toEqual(["PATH", "PWD", "SHLVL", "_"]);
});

test("a change that requires an approval is commented, and fails", () => {
  const { code, gh } = run({ code: 2 });
  expect([code, gh.length]).toEqual([2, 2]);
});

test("an unreadable plan fails, without a comment", () => {
  expect(run({ code: 1 })).toMatchObject({ code: 1, gh: [] });
  expect([lines("summary"), lines("output")]).toEqual([[], []]);
});

test("a name cannot end the comment's mark or choose a folder, and a long report is cut between characters", () => {
  run({ report: "ü".repeat(40_000), env: { NAME: 'a"--><b>/../c' } });
  const comment = readFileSync(at("access-review-a_--__b__.._c.md.comment"), "utf8");
  expect(comment.split("\n")[0]).toBe("<!-- terraform-access-review: a_--__b__.._c -->");
  expect(comment.length).toBeLessThan(65_536);
  expect(comment.endsWith("ü")).toBe(true);
});

test.each([
  ["the event has no pull request", { PULL: "" }, "this event has no pull request"],
  ["there is no token", { GH_TOKEN: "" }, "the input token is empty"],
  ["a fork's token may not comment", { HEAD: "else/shop" }, "a pull request of a fork may not be commented on"],
])("where %s, the report is only in the job's summary, and its verdict still counts", (_, env, reason) => {
  const { code, gh, out } = run({ code: 2, env });
  expect({ code, gh, summary: lines("summary") }).toEqual({ code: 2, gh: [], summary: ["### plan: no change"] });
  expect(out).toBe(`::notice::No comment, because ${reason}. The report is in the summary of this job.\n`);
});

test("a comment that GitHub refuses fails, and names the permission", () => {
  const { code, out } = run({ gh: 1 });
  expect([code, out]).toEqual([1, expect.stringContaining("::error::The comment failed. Give the job the permission")]);
});

describe("on plans of other projects", () => {
  const action = join(folder, "clone/packages/terraform-access-review");
  beforeAll(() => {
    for (const name of ["packages", "contract", "LICENSE", "package.json"]) {
      cpSync(join(ROOT, name), join(folder, "clone", name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "clone/node_modules"));
    mkdirSync(at("bin"));
    writeFileSync(at("bin/npm"), "#!/bin/sh\n", { mode: 0o755 });
    const env = { PATH: `${at("bin")}:${process.env.PATH}`, GITHUB_ACTION_PATH: action };
    const { status, stderr } = spawnSync("bash", [...SHELL, build.run], { encoding: "utf8", env });
    expect([status, stderr]).toEqual([0, ""]);
  });

  test.each(FOREIGN)("%s: the report names its new access, and the outputs state that it is broader", (name) => {
    const env = { GITHUB_ACTION_PATH: action, PLAN: foreignPlan(name), NAME: name };
    const { code, error, gh } = runStep({ env });
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(lines("output")).toEqual([`report=${at(`access-review-${name}.md`)}`, "broadened=true"]);
    const report = readFileSync(at(`access-review-${name}.md`), "utf8");
    expect(report).toContain(`${name}: `);
    expect(report).toContain("access broadened");
    expect(readFileSync(at("summary"), "utf8")).toBe(report);
    expect(gh.at(-1)).toMatch(/^api --silent --method POST /);
  });

  test.each(FOREIGN)("%s: compared with itself, nothing is broader, and fail-on lets it pass", (name) => {
    const plan = foreignPlan(name);
    const env = { GITHUB_ACTION_PATH: action, PLAN: plan, BASE: plan, FAIL_ON: "broadened", PULL: "" };
    expect(runStep({ env })).toMatchObject({ code: 0, error: "", gh: [] });
    expect(lines("output")[1]).toBe("broadened=false");
  });

  test("a plan that broadens access fails where fail-on demands it", () => {
    const env = { GITHUB_ACTION_PATH: action, PLAN: foreignPlan("jwt-api"), FAIL_ON: "broadened", PULL: "" };
    expect(runStep({ env })).toMatchObject({ code: 2, error: "--fail-on: broadened\n" });
  });
});
