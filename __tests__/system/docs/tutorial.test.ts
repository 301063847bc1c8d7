import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../support/places";
import { packedRelease, unpacked } from "../package/support/project";

/** Holds the folder of the clone, which has the packed package, and the project that the reader creates next to it. */
const folder = mkdtempSync(join(tmpdir(), "front-door-tutorial-"));
afterAll(() => rmSync(folder, { recursive: true }));
const CLONE = join(folder, "clone");
const SHOP = join(folder, "shop");

interface Block {
  readonly mark: string;
  readonly text: string;
}

/** Fenced blocks of a page that have a mark above: what to run, what it prints, what a file holds, what to edit. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^<!-- (.+) -->\n```\w*\n([\s\S]*?)^```$/gm)].map(([, mark = "", block = ""]) => ({
    mark,
    text: block,
  }));
}

const BLOCKS = blocksOf("docs/start/tutorial.md");
/** The README shows excerpts of the same project. */
const README = blocksOf("README.md");

const ENV = {
  ...process.env,
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
  npm_config_loglevel: "error",
};

function shell(cwd: string, script: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], { cwd, env: ENV, encoding: "utf8" });
  if (status !== 0) throw new Error(`exit code ${status} of:\n${script}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Lines that the page shows, as a pattern: `…` stands for what differs from run to run. */
function expectShown(output: string, shown: string): void {
  const lines = shown.trimEnd().split("\n");
  const missing = lines.filter((line) => {
    const [start = "", end = ""] = line.split("…");
    return !output.split("\n").some((each) => each.startsWith(start) && each.endsWith(end));
  });
  expect({ missing, output: missing.length > 0 ? output : "" }).toEqual({ missing: [], output: "" });
}

/** The clone has the tarball and, in place of what npx would install from it, the unpacked package. */
let tarball = "";
beforeAll(() => {
  tarball = packedRelease(CLONE);
  unpacked(join(CLONE, tarball), CLONE);
});

/** Runs a command of the clone that calls the package by npx. */
function runInClone(text: string): string {
  expect(text).toContain(`npx --yes --package ./${tarball} front-door`);
  return shell(CLONE, text.replace(/npx \S+ \S+ \S+ front-door/, "node_modules/.bin/front-door"));
}

/** Runs commands of the project. Its packages are links to those of this repository. */
function runInProject(project: string, text: string): string {
  if (text.startsWith("npm install\n")) unpacked(join(project, "vendor", tarball), project);
  return shell(project, text.replace(/^npm install\n/, ""));
}

test("every command of the tutorial works, and prints what the tutorial and the README show", () => {
  let output = "";
  let everything = "";
  for (const { mark, text } of BLOCKS) {
    const [, file = ""] = /^(?:file|edit) in shop: ([^,]+)/.exec(mark) ?? [];
    const path = join(SHOP, file);
    if (mark === "run") output = runInClone(text);
    else if (mark === "run in shop") {
      output = runInProject(SHOP, text);
      everything += output;
    } else if (mark === "output") expectShown(output, text);
    else if (mark.startsWith("file in shop")) {
      const content = readFileSync(path, "utf8");
      const shown = README.filter((block) => block.mark === mark);
      expect([mark, shown.length]).toEqual([mark, 1]);
      for (const block of [{ text }, ...shown]) expect(content).toContain(block.text);
    } else {
      const [, line = ""] = /below: (.+)$/.exec(mark) ?? [];
      const before = readFileSync(path, "utf8");
      expect(before).toContain(line);
      writeFileSync(
        path,
        before.replace(new RegExp(`^.*${line}.*\n`, "m"), (found) => `${found}${text}`),
      );
    }
  }
  for (const block of README.filter(({ mark }) => mark === "output")) expectShown(everything, block.text);
  expect(BLOCKS.map(({ mark }) => mark.split(" ")[0])).toEqual(
    expect.arrayContaining(["run", "output", "file", "edit"]),
  );
});

test("the same commands work with your own identity provider, as the tutorial names it", () => {
  const page = readFileSync(join(ROOT, "docs/start/tutorial.md"), "utf8");
  const [option = ""] = /--issuer https:[^`]+/.exec(page) ?? [];
  const [create] = BLOCKS.filter(({ mark }) => mark === "run");
  const project = join(folder, "shop-of-provider");
  runInClone(`${create?.text.trimEnd().replace("../shop", "../shop-of-provider")} ${option}`);
  const commands = BLOCKS.filter(({ mark }) => mark === "run in shop").map(({ text }) => text);
  const [install = "", , matrix = ""] = commands;
  expect(runInProject(project, install)).toContain("3 routes");
  const base = join(project, "config", "base.yaml");
  expect(readFileSync(base, "utf8")).toContain("clients: [replace-with-a-client-id]");
  writeFileSync(base, readFileSync(base, "utf8").replace("replace-with-a-client-id", "0oa1script"));
  shell(project, "npm run synth");
  const answers = runInProject(project, matrix);
  expectShown(answers, "every answer is what synthesized/dev/access.md says\n");
  expect(answers).toContain("staff/0oa1script");
});
