import { spawnSync } from "node:child_process";
import fs, { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { InitOptions } from "../../../cli/init/init";
import type { CommandError } from "../../../cli/process/command-error";
import { version } from "../../../package.json";
import { commandLine } from "../../support/command";
import { enterProject } from "../../support/in-project";
import { ROOT } from "../../support/places";

const parent = mkdtempSync(join(tmpdir(), "front-door-init-"));
enterProject({ folder: parent });
afterAll(() => rmSync(parent, { recursive: true }));

function run(folder: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, commandLine(args, join(ROOT, "cli", "run.cjs")), {
    cwd: folder,
    encoding: "utf8",
    input: "",
  });
  return { code: status, out: stdout, error: stderr };
}

/** `front-door init` with these options, in this process. Returns the refusal, or what it prints. */
async function initialized(folder: string, options: InitOptions): Promise<{ code: number; text: string }> {
  const { init } = require("../../../cli/init/init") as typeof import("../../../cli/init/init");
  const printed = jest.spyOn(console, "log").mockImplementation();
  try {
    await init(folder, options, ["synth"]);
    return { code: 0, text: printed.mock.calls.join("\n") };
  } catch (error) {
    const { exitCode, message } = error as CommandError;
    if (exitCode === undefined) throw error;
    return { code: exitCode, text: message };
  } finally {
    printed.mockRestore();
  }
}

test("init writes a project that synthesizes from any folder inside it", () => {
  const done = run(parent, "init", "my-api", "--yes", "--service", "orders");
  expect([done.code, done.error]).toEqual([0, ""]);
  const project = join(parent, "my-api");
  const tarball = `vendor/cloud-front-door-${version}.tgz`;
  // A clone has no tarball of its own yet.
  const packed = `npm --prefix ${relative(parent, ROOT)} run pack -- --pack-destination=${join(project, "vendor")}`;
  expect(done.out.split("\n").filter((line) => line.startsWith("    "))).toEqual(
    [packed, "cd my-api", "npm install", "npm run synth", "npm run local -- dev"].map((step) => `    ${step}`),
  );
  expect(readdirSync(join(project, "vendor"))).toEqual([]);
  const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  expect(dependencies["cloud-front-door"]).toBe(`file:${tarball}`);
  expect(readdirSync(project).filter((name) => name.startsWith(".front-door"))).toEqual([]);
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  expect(run(join(project, "config"), "synth")).toMatchObject({ code: 0, error: "" });
  const stack = JSON.parse(readFileSync(join(project, "synthesized", "dev", "main.tf.json"), "utf8"));
  expect(Object.keys(stack.resource.google_cloud_run_v2_service)).toEqual(["orders"]);
  expect(run(project, "generate", "--check").code).toBe(0);
  expect(run(project, "local", "dev", "--matrix").code).toBe(0);
});

test("bundles main.ts again after a change of the lock file, because packages may differ", () => {
  const project = join(parent, "my-api");
  const stamp = () => JSON.parse(readFileSync(join(project, ".build", "main.js.json"), "utf8")).hash;
  const before = stamp();
  expect([run(project, "synth", "--check").code, stamp()]).toEqual([0, before]);
  writeFileSync(join(project, "package-lock.json"), "{}");
  expect([run(project, "synth", "--check").code, stamp() === before]).toEqual([0, false]);
});

test("refuses a folder with files, a wrong answer and a missing one, and writes nothing", async () => {
  const full = join(parent, "full");
  mkdirSync(full);
  writeFileSync(join(full, "notes.txt"), "mine");
  expect(run(full, "init", "--yes").code).toBe(64);
  expect(readdirSync(full)).toEqual(["notes.txt"]);
  const without = run(parent, "init", "new");
  expect([without.code, without.error.includes("there is no terminal to ask at")]).toEqual([64, true]);
  const calls: readonly (readonly [folder: string, options: InitOptions, message: string])[] = [
    ["new", { awsAccount: "12" }, "--aws-account: "],
    ["full/notes.txt", {}, "notes.txt: got a file"],
    ["full/notes.txt/new", {}, "notes.txt: got a file"],
    ["new", { name: "a" }, "--google-project: "],
    ["new", { environments: "base,dev" }, "--environments: "],
    ["new", { environments: "dev,dev-2", googleProject: "a-project,b-project,c-project" }, "--google-project: "],
  ];
  for (const [folder, options, message] of calls) {
    const { code, text } = await initialized(folder, { yes: true, ...options });
    expect([folder, options, code, text.includes(message) ? message : text]).toEqual([folder, options, 64, message]);
  }
  // Each answer fits its question, but together they are not a valid config.
  const service = "a-name-that-is-much-too-long-for-an-account";
  const long = run(parent, "init", "a new folder", "--yes", "--service", service);
  expect([long.code, long.error.includes(tmpdir())]).toEqual([1, false]);
  const [again = ""] = /(?<=change the answers: ).*$/.exec(long.error.trimEnd()) ?? [];
  expect(again).toContain(` init 'a new folder' --name a-new-folder `);
  // As printed, but with a service that fits.
  const fitting = spawnSync("sh", ["-c", again.replace(service, "orders")], {
    cwd: parent,
    encoding: "utf8",
    input: "",
  });
  expect([fitting.status, fitting.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(parent, "a new folder", "config", "base.yaml"), "utf8")).toContain("\n  orders:\n");
  rmSync(join(parent, "a new folder"), { recursive: true });
  expect(readdirSync(parent).sort()).toEqual(["full", "my-api"]);
});

test("leaves an existing and a new folder as they were if a file cannot be written", async () => {
  mkdirSync(join(parent, "empty", ".git"), { recursive: true });
  for (const [folder, last] of [
    ["empty", 4],
    ["new", 1],
  ] as const) {
    let count = 0;
    const rename = fs.renameSync;
    const renamed = jest.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      count += 1;
      if (count === last) throw new Error("no space");
      rename(from, to);
    });
    await expect(initialized(folder, { yes: true })).rejects.toThrow("no space");
    renamed.mockRestore();
  }
  expect(readdirSync(join(parent, "empty"))).toEqual([".git"]);
  expect(readdirSync(parent).sort()).toEqual(["empty", "full", "my-api"]);
});

test.each([
  ["writeFileSync", "nothing was written", []],
  ["renameSync", "the project is in", ["config"]],
] as const)("a signal at the first %s: %s", async (call, says, left) => {
  const work = fs[call] as (...args: readonly unknown[]) => unknown;
  const mock = jest.spyOn(fs, call).mockImplementation((...args: readonly unknown[]) => {
    process.emit("SIGTERM", "SIGTERM");
    return work(...args);
  });
  jest.resetModules();
  const { code, text } = await initialized("stopped", { yes: true });
  mock.mockRestore();
  // The module remembers a signal, as the process of a command does.
  jest.resetModules();
  expect([code, text]).toEqual([143, expect.stringContaining(says)]);
  const stopped = join(parent, "stopped");
  expect(fs.existsSync(stopped) ? readdirSync(stopped).filter((name) => name === "config") : []).toEqual(left);
  expect(readdirSync(parent).filter((name) => name.includes(".front-door"))).toEqual([]);
  rmSync(stopped, { recursive: true, force: true });
});

test("a killed command leaves no project, and the next one removes what it had begun", async () => {
  const names = readdirSync(parent);
  const left = `.front-door-init.${spawnSync("true").pid}`;
  mkdirSync(join(parent, "killed", left), { recursive: true });
  mkdirSync(join(parent, `later${left}`));
  for (const folder of ["killed", "later"]) expect((await initialized(folder, { yes: true })).code).toBe(0);
  expect(readdirSync(parent).sort()).toEqual([...names, "killed", "later"].sort());
  expect(readdirSync(join(parent, "killed")).sort()).toEqual(readdirSync(join(parent, "later")).sort());
});

test("needs no folder for temporary files", () => {
  const command = commandLine(["init", "aside", "--yes"], join(ROOT, "cli", "run.cjs"));
  const env = { ...process.env, TMPDIR: join(parent, "nowhere") };
  expect(spawnSync(process.execPath, command, { cwd: parent, env }).status).toBe(0);
  expect(fs.existsSync(env.TMPDIR)).toBe(false);
});

test("names itself as it was called", () => {
  const { calledAs } = require("../../../cli/init/init") as typeof import("../../../cli/init/init");
  const bin = join(parent, "bin", "front-door");
  const PATH = `/usr/bin:${join(parent, "bin")}`;
  const tarball = "../a clone/cloud-front-door-0.2.0.tgz";
  const calls: readonly (readonly [env: Record<string, string>, script: string])[] = [
    [{ PATH, npm_command: "exec", npm_config_package: tarball }, bin],
    [{ PATH, npm_command: "exec", npm_config_package: "" }, bin],
    [{ PATH }, bin],
    [{ PATH: "/usr/bin" }, join(process.cwd(), "node_modules", ".bin", "front-door")],
    [{ PATH, npm_command: "exec", npm_config_package: tarball }, join(process.cwd(), "cli", "run.cjs")],
  ];
  expect(calls.map(([env, script]) => calledAs(env, script))).toEqual([
    "npx --yes --package '../a clone/cloud-front-door-0.2.0.tgz' front-door",
    "npx front-door",
    "front-door",
    "node node_modules/.bin/front-door",
    "node cli/run.cjs",
  ]);
});

test("the next steps quote a folder with a space", async () => {
  const { text } = await initialized("it's mine", { yes: true });
  expect(text).toContain("    cd 'it'\\''s mine'\n");
});

test("reports a command outside a project, and a main.ts without a front door stops the synthesis", () => {
  expect(run(parent, "synth").code).toBe(64);
  const project = join(parent, "my-api");
  const before = readFileSync(join(project, "main.ts"), "utf8");
  for (const [text, word] of [
    ["export const x = 1;\n", "default export"],
    ['import "./gone";\nexport default {};\n', "main.ts:1:7"],
    [undefined, "the file does not exist"],
  ] as const) {
    if (text === undefined) rmSync(join(project, "main.ts"));
    else writeFileSync(join(project, "main.ts"), text);
    const { code, error } = run(project, "synth", "--check");
    expect([code, error.includes(word), error.includes("\n    at ")]).toEqual([1, true, false]);
  }
  writeFileSync(join(project, "main.ts"), before);
});
