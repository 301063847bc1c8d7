import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { PROVIDERS } from "../../../cli/terraform/providers";
import { commandLine, ProjectCopy } from "../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

test("--version names the program, Node, the Terraform binary, the core and the providers", () => {
  writeFileSync(project.path("tofu"), `#!/bin/sh\necho '{"terraform_version":"1.12.6"}'\n`, { mode: 0o700 });
  const { code, out } = project.run(["--version"], { TERRAFORM_BINARY_NAME: project.path("tofu") });
  const found = Object.fromEntries(
    out
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/) as [string, string]),
  );
  expect([code, Object.keys(found)]).toEqual([
    0,
    ["cloud-front-door", "node", "terraform", "core", "hashicorp/aws", "hashicorp/google"],
  ]);
  expect(found).toMatchObject({
    node: process.versions.node,
    terraform: `OpenTofu 1.12.6 (${project.path("tofu")})`,
    core: expect.stringMatching(/^cdktf \d/),
    "hashicorp/aws": PROVIDERS.aws?.version,
  });
  const without = project.run(["--version"], { TERRAFORM_BINARY_NAME: "/nowhere/terraform" });
  expect([without.code, without.out]).toEqual([0, expect.stringMatching(/^terraform +Terraform was not found/m)]);
});

test("no text that a command prints reaches a terminal or a runner as a command", () => {
  const { error } = project.run(["synth", "a\u001b[2J\u202e\n::error::b"], { GITHUB_ACTIONS: "true" });
  expect(error.split("\n").slice(0, 2)).toEqual([
    expect.stringContaining("a\\u001b[2J\\u202e"),
    expect.stringContaining("\\u003a:error::b"),
  ]);
});

test("bash completes commands, options and the project's environments", () => {
  const { code, out, error } = project.run(["completion", "bash"]);
  expect([code, error]).toEqual([0, ""]);
  const candidates = (...words: readonly string[]) => {
    const line = `COMP_WORDS=(front-door ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}`;
    const script = `${out}\n${line}; _front_door; echo "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["-c", script], { cwd: project.folder, encoding: "utf8" }).stdout.trim().split(" ");
  };
  expect(candidates("dep")).toEqual(["deploy"]);
  expect(candidates("plan", "")).toEqual(expect.arrayContaining(["dev", "preview", "--fail-on"]));
  expect(candidates("plan", "b")).toEqual([""]);
  expect(candidates("pipeline", "ad")).toEqual(["adopt"]);
  expect(candidates("pipeline", "comment", "--p")).toEqual(["--pull"]);
});

test("a file of config/ whose name is shell code runs nothing when its name could be completed", () => {
  for (const name of ["$(touch ran)", "`touch ran`"]) writeFileSync(project.path("config", `${name}.yaml`), "{}\n");
  const { out } = project.run(["completion", "bash"]);
  const script = `${out}\nCOMP_WORDS=(front-door plan ''); COMP_CWORD=2; _front_door; echo "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync("bash", ["-c", script], { cwd: project.folder, encoding: "utf8" });
  expect([stdout.includes("dev"), stdout.includes("ran"), existsSync(project.path("ran"))]).toEqual([
    true,
    false,
    false,
  ]);
  for (const name of ["$(touch ran)", "`touch ran`"]) rmSync(project.path("config", `${name}.yaml`));
});

test("the scripts for zsh and fish know the commands of the one for bash; another shell is a usage error", () => {
  const known = (shell: string) => {
    const script = project.run(["completion", shell]).out;
    return [...script.matchAll(/^ *(?:case )?["']([a-z -]*)["'](?:\)|$)/gm)].map(([, words]) => words);
  };
  const bash = known("bash");
  expect(bash).toEqual(expect.arrayContaining(["", "plan", "pipeline adopt"]));
  expect([known("zsh"), known("fish")]).toEqual([bash, bash]);
  expect(project.run(["completion", "cmd"]).code).toBe(64);
});

test("config errors are JSON on standard output, and annotations in GitHub Actions, with the place of each", () => {
  project.edit("base.yaml", "signUp: closed", "signUp: shut");
  const asJson = project.run(["synth", "--errors", "json"]);
  const [problem] = JSON.parse(asJson.out).problems;
  expect([asJson.code, problem]).toMatchObject([
    1,
    {
      file: "config/base.yaml",
      line: expect.any(Number),
      column: 5,
      path: "issuers.customers.signUp",
      reference: "docs/reference/config.md#issuers.signUp",
    },
  ]);
  expect(asJson.error).toContain(`config/base.yaml:${problem.line}:5`);
  // A command with formats of its own.
  expect(project.run(["list", "dev", "--format", "json"]).out).toBe(asJson.out);
  const inJob = project.run(["synth"], { GITHUB_ACTIONS: "true" });
  expect([inJob.code, inJob.out, inJob.error]).toEqual([
    1,
    "",
    expect.stringMatching(
      new RegExp(
        `^::error file=config/base\\.yaml,line=${problem.line},col=5,title=issuers\\.customers\\.signUp::.`,
        "m",
      ),
    ),
  ]);
  expect(asJson.error).not.toContain("::");
  expect(project.run(["synth", "--errors", "xml"]).code).toBe(64);
  expect(project.run(["synth"])).toMatchObject({ code: 1, out: "" });
  project.edit("base.yaml", "signUp: shut", "signUp: closed");
});

test("local prints one line of JSON when it opens, and its addresses answer", async () => {
  const child = spawn(process.execPath, commandLine(["local", "dev", "--format", "json", "--port", "0"]), {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = await once(createInterface(child.stdout), "line");
    const { environment, url, pages } = JSON.parse(String(line));
    expect(environment).toBe("dev");
    const statuses = await Promise.all([url, pages.why, pages.api].map(async (each) => (await fetch(each)).status));
    expect(statuses).toEqual([404, 200, 200]);
  } finally {
    child.kill("SIGKILL");
    await once(child, "close");
  }
});

test("no command calls what Node has deprecated in util", () => {
  const hook = project.path("deprecated.cjs");
  writeFileSync(hook, 'require("node:util").isArray = () => { throw new Error("DEP0044"); };\n');
  expect(project.run(["synth", "--check"], { NODE_OPTIONS: `--require ${hook}` })).toMatchObject({
    code: 0,
    error: "",
  });
});

test.each([
  ["preview", "npm run plan -- <environment> --without-accounts"],
  ["secrets", "npm run list -- <environment>"],
])("the removed command %s names what to run instead", (name, instead) => {
  const { code, error } = project.run([name, "dev", "--format", "json"]);
  expect([code, error]).toEqual([64, expect.stringContaining(`run: ${instead}\n`)]);
});
