import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { BUILD_FOLDER, ROOT } from "../../support/places";

const { restamp } = require("../../harness/restamp.cjs") as { restamp(folder: string): void };

/** Files that a clone lacks, or that a command makes again. */
const NOT_CLONED = ["node_modules", ".git", ".build", ".plans", "cdktf.out", "dist", "synthesized", "config"];
/** Bundles, the tests' own project and the workflow linters: a clone would make the same ones. */
const BUILT = /\.(js|mjs|json)$|^(shop-project|workflow-tool-.*)$/;
/** The team's own files, and those that git ignores. */
const OF_THE_TEAM = [...NOT_CLONED, ".github"];

/** The repository with another team's config: one service, one OIDC issuer, one environment. */
const folder = mkdtempSync(join(tmpdir(), "front-door-team-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Empty, and written after all that was copied. */
const COPIED = "copied";

beforeAll(() => {
  const isCloned = (path: string) => !["node_modules", "dist"].includes(basename(path));
  const copy = (from: string, to: string) =>
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: isCloned });
  for (const name of readdirSync(ROOT).filter((each) => !NOT_CLONED.includes(each))) {
    copy(join(ROOT, name), join(folder, name));
  }
  for (const name of readdirSync(BUILD_FOLDER).filter((each) => BUILT.test(each))) {
    copy(join(BUILD_FOLDER, name), join(folder, ".build", name));
  }
  restamp(join(folder, ".build"));
  copy(join(ROOT, "__tests__/fixtures/okta-alone/config"), join(folder, "config"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // The workflow linter looks for the git repository of the workflows.
  spawnSync("git", ["init", "--quiet"], { cwd: folder });
  writeFileSync(join(folder, COPIED), "");
});

/**
 * The tests that read the team's files: `shipped-config` reads config and synthesized files, and compares what is
 * written with a fresh synthesis; `links` reads which workflows exist. No other unit test can read the team's config,
 * because `harness/unit-environment.cjs` refuses that, and the other tests of the main job use the shop's.
 */
const READERS = "component/main-job/shipped-config|unit/docs/links";
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** Runs a script of package.json as npm does, but asynchronously, so that an interrupted test run can end it. */
function script(text: string): Promise<{ readonly status: number | null; readonly output: string }> {
  const env = { ...process.env, PATH: `${join(folder, "node_modules/.bin")}:${process.env.PATH}` };
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", text], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

test.each([
  ["synth", scripts.synth],
  ["the schema and the documents are made", scripts.generate],
  ["the workflows are written", scripts.workflows],
  ["synthesized/ is fresh", `${scripts.synth} --check`],
  ["what is generated is fresh", `${scripts.generate} --check`],
  ["the workflows' lint", scripts["lint:workflows"]],
  [
    "npm test, as far as it reads the team's files,",
    `jest --runInBand --selectProjects=unit --selectProjects=main-job --testPathPatterns='${READERS}'`,
  ],
])("%s passes with the other team's config", async (_, text) => {
  const { status, output } = await script(text);
  if (status !== 0) throw new Error(`${text} ended with ${status}:\n${output.slice(-20_000)}`);
});

test("it synthesizes that team's environment, and no other", () => {
  expect(readdirSync(join(folder, "synthesized"))).toEqual(["live"]);
});

test("no command writes a source or a document, so that the other unit tests read the same as without the team", () => {
  const { stdout } = spawnSync("find", [".", "-type", "f", "-newer", COPIED], { cwd: folder, encoding: "utf8" });
  const written = stdout.split("\n").map((path) => path.slice("./".length));
  expect(written).toContain("synthesized/live/main.tf.json");
  expect(written.filter((path) => path !== "" && !OF_THE_TEAM.includes(path.split("/")[0] ?? ""))).toEqual([]);
});
