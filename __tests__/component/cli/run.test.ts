import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../support/command";

const project = new ProjectCopy();
afterAll(() => project.remove());

test("help lists the commands of a first month, and --all every command, and each command has its own help", () => {
  const first = [...project.run(["--help"]).out.matchAll(/^ {2}([a-z]+) [[<]/gm)].map(([, name]) => name);
  expect(first).toEqual([
    "init",
    "synth",
    "local",
    "token",
    "explain",
    "review",
    "plan",
    "deploy",
    "verify",
    "list",
    "trace",
  ]);
  const { code, out } = project.run(["--help", "--all"]);
  expect(code).toBe(0);
  for (const command of ["synth", "plan", "generate", "local", "verify"]) {
    expect(out).toContain(`  ${command}`);
  }
  // One of each program: synthesis, and the other commands.
  for (const command of ["synth", "local"]) {
    const own = project.run([command, "--help"]);
    expect([own.code, own.out]).toEqual([0, expect.stringContaining(`Usage: front-door ${command}`)]);
  }
});

test("an unknown command or option is a usage error that points at the help", () => {
  for (const args of [
    ["sinth"],
    ["synth", "--chek"],
    ["plan"],
    ["plan", "dev", "--without-accounts", "--as-synthesized"],
  ]) {
    const { code, error } = project.run(args);
    expect([code, error]).toEqual([64, expect.stringContaining("--help")]);
  }
});

test("a command completes its work after the reader of its output has closed", () => {
  rmSync(project.path("cdktf.out"), { recursive: true, force: true });
  const done = spawnSync(
    "bash",
    ["-c", `"${process.execPath}" cli/run.cjs synth dev | true; echo "\${PIPESTATUS[0]}"`],
    {
      cwd: project.folder,
      encoding: "utf8",
    },
  );
  expect([done.stdout, done.stderr]).toEqual(["0\n", ""]);
  expect(existsSync(project.path("cdktf.out/stacks/dev/cdk.tf.json"))).toBe(true);
});

test("bundles a changed source again, and never runs the old bundle if the source does not compile", () => {
  const source = project.path("cli/synth/synth.ts");
  const text = readFileSync(source, "utf8");
  writeFileSync(source, text.replace("httpRoutes(stack).length", "12345"));
  expect(project.run(["synth", "dev"]).out).toContain("12345 routes");
  writeFileSync(source, `${text}\nconst = 1;`);
  const broken = project.run(["synth", "dev"]);
  expect([broken.code, broken.out]).toEqual([1, ""]);
  expect(broken.error).toContain("cli/synth/synth.ts");
  writeFileSync(source, text);
});

test("bundles a changed source of other commands again too", () => {
  const source = project.path("cli/program.ts");
  const text = readFileSync(source, "utf8");
  expect(project.run(["--help"]).out).toContain("create your own project");
  writeFileSync(source, text.replace("create your own project", "make your own project"));
  expect(project.run(["--help"]).out).toContain("make your own project");
  writeFileSync(source, text);
});

test("the error on an old Node names the version that is needed", () => {
  const older = project.path("older.cjs");
  writeFileSync(
    older,
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.18.3" } });',
  );
  const { code, error } = project.run(["synth"], { NODE_OPTIONS: `--require=${older}` });
  expect([code, error]).toEqual([64, expect.stringContaining("This program needs Node 20.19 or newer")]);
});

test("without its packages, the program prints how to install them", () => {
  rmSync(project.path("node_modules"));
  const { code, error } = project.run(["synth"]);
  expect([code, error]).toEqual([64, "The packages of this program are not installed. Run: npm ci\n"]);
});
