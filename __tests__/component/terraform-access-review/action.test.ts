import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../support/places";

const TEXT = readFileSync(join(ROOT, "packages/terraform-access-review/action.yml"), "utf8");
const { inputs, runs } = parse(TEXT);
const [setup, build, step] = runs.steps;

const folder = mkdtempSync(join(tmpdir(), "review-action-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Replaces the programs that the step runs. Each records its arguments. */
function standIn(name: string, script: string): void {
  writeFileSync(at(name), `#!/bin/bash\necho "$@" >> "${at(`${name}.calls`)}"\n${script}\n`);
  chmodSync(at(name), 0o755);
}

interface Run {
  readonly code?: number;
  /** Ids of existing comments, one per line. */
  readonly known?: string;
  readonly report?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function run({ code = 0, known = "", report = "### plan: no change\n", env = {} }: Run) {
  for (const file of ["gh.calls", "node.calls", "node.token"]) rmSync(at(file), { force: true });
  writeFileSync(at("given.md"), report);
  standIn(
    "node",
    `echo "\${GH_TOKEN-none}" > "${at("node.token")}"
while [[ "$1" != --out ]]; do shift; done
[[ ${code} == 0 || ${code} == 2 ]] && cp "${at("given.md")}" "$2"
exit ${code}`,
  );
  standIn("gh", `[[ "$2" == --paginate ]] && printf '%s' "${known}"; exit 0`);
  const done = spawnSync("bash", ["-c", step.run], {
    encoding: "utf8",
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      RUNNER_TEMP: folder,
      GITHUB_REPOSITORY: "acme/shop",
      GH_TOKEN: "the-token",
      PULL: "7",
      PLAN: "plan.json",
      NAME: "plan",
      BASE: "",
      FAIL_ON: "",
      GITHUB_ACTION_PATH: "/action",
      ...env,
    },
  });
  const calls = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8").trim().split("\n") : []);
  return { code: done.status, error: done.stderr, gh: calls("gh.calls"), node: calls("node.calls") };
}

test("inputs come from the environment, the token from an input, and every action is pinned to a commit", () => {
  expect(step.run).not.toContain("${{");
  expect(step.env.GH_TOKEN).toBe("${{ inputs.token }}");
  expect(TEXT).not.toContain("github.token");
  expect(setup.uses).toMatch(/^actions\/setup-node@[0-9a-f]{40}$/);
  expect(Object.keys(inputs)).toEqual(["plan", "token", "base", "name", "fail-on"]);
});

test("the program is built from the action's own commit, with the packages in its lock file", () => {
  expect(build.run.split("\n").filter((line: string) => line.startsWith("npm"))).toEqual([
    "npm ci --workspace terraform-access-review --ignore-scripts --no-audit --no-fund",
  ]);
  expect(build.env).toBeUndefined();
});

test("the first report of a plan is a new comment", () => {
  const { code, gh, node } = run({});
  expect({ code, node }).toEqual({
    code: 0,
    node: [`/action/dist/cli.cjs plan.json --name plan --format markdown --out ${at("access-review.md")}`],
  });
  expect(gh.at(-1)).toBe(
    `api --silent --method POST repos/acme/shop/issues/7/comments --field body=@${at("access-review.md.comment")}`,
  );
  expect(readFileSync(at("access-review.md.comment"), "utf8")).toBe(
    "<!-- terraform-access-review: plan -->\n### plan: no change\n",
  );
});

test("the next report replaces that comment, even if there are two", () => {
  const { gh } = run({ known: "11\n12" });
  expect(gh.at(-1)).toMatch(/^api --silent --method PATCH repos\/acme\/shop\/issues\/comments\/11 /);
});

test("the program gets the options, but not the token", () => {
  const { node } = run({ env: { BASE: "before.json", FAIL_ON: "broadened", NAME: "prod" } });
  expect(node[0]).toContain("--name prod");
  expect(node[0]).toMatch(/--base before\.json --fail-on broadened$/);
  expect(readFileSync(at("node.token"), "utf8")).toBe("none\n");
});

test("a change that requires an approval is commented, and fails", () => {
  const { code, gh } = run({ code: 2 });
  expect([code, gh.length]).toEqual([2, 2]);
});

test("an unreadable plan fails, without a comment", () => {
  expect(run({ code: 1 })).toMatchObject({ code: 1, gh: [] });
});

test("a name cannot end the comment's mark, and a long report is cut between characters", () => {
  run({ report: "ü".repeat(40_000), env: { NAME: 'a"--><b>' } });
  const comment = readFileSync(at("access-review.md.comment"), "utf8");
  expect(comment.split("\n")[0]).toBe("<!-- terraform-access-review: a_--__b_ -->");
  expect(comment.length).toBeLessThan(65_536);
  expect(comment.endsWith("ü")).toBe(true);
});

test("without a pull request nothing runs", () => {
  expect(run({ env: { PULL: "" } })).toMatchObject({ code: 64, gh: [], node: [] });
});
