import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../support/places";

/** Files that a clone lacks, or that a command makes again. */
const NOT_CLONED = ["node_modules", ".git", ".build", ".plans", "cdktf.out", "synthesized", "config"];

/** The repository with another team's config: one service, one OIDC issuer, one environment. */
const folder = mkdtempSync(join(tmpdir(), "front-door-team-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  for (const name of readdirSync(ROOT).filter((each) => !NOT_CLONED.includes(each))) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  cpSync(join(ROOT, "__tests__/fixtures/okta-alone/config"), join(folder, "config"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // The workflow linter looks for the git repository of the workflows.
  spawnSync("git", ["init", "--quiet"], { cwd: folder });
});

/**
 * The tests that read the team's config, or the repository's documents and workflows. No other unit test can read the
 * team's files, because `harness/unit-environment.cjs` refuses that, and the other tests of the main job use the shop's.
 */
const READERS = "component/main-job/shipped-config|unit/(docs|examples|cli/workflows|harness)/";

/** Runs asynchronously, so that an interrupted test run can end the process. */
function npm(...args: readonly string[]): Promise<{ readonly status: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

test.each([
  ["synth", ["run", "synth"]],
  ["the schema and the documents are made", ["run", "generate"]],
  ["the workflows are written", ["run", "workflows"]],
  ["synthesized/ is fresh", ["run", "synth", "--", "--check"]],
  ["what is generated is fresh", ["run", "generate", "--", "--check"]],
  ["the workflows' lint", ["run", "lint:workflows"]],
  [
    "npm test, as far as it reads the team's files,",
    [
      ...["exec", "--", "jest", "--runInBand", "--selectProjects=unit", "--selectProjects=main-job"],
      `--testPathPatterns=${READERS}`,
    ],
  ],
])("%s passes with the other team's config", async (_, args) => {
  const { status, output } = await npm(...args);
  if (status !== 0) throw new Error(`npm ${args.join(" ")} ended with ${status}:\n${output.slice(-20_000)}`);
});

test("it synthesizes that team's environment, and no other", () => {
  expect(readdirSync(join(folder, "synthesized"))).toEqual(["live"]);
});
