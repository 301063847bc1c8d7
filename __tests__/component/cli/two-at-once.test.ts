import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { ProjectCopy } from "../../support/command";
import { RunningCommand } from "../../support/running-command";

const project = new ProjectCopy();
afterAll(async () => {
  await RunningCommand.closeAll();
  project.remove();
});

const started = (...args: readonly string[]) => new RunningCommand(project, args);
const codes = (running: readonly RunningCommand[]) => Promise.all(running.map((each) => each.ended()));
const GOOD = { code: 0, error: "" };

/** The files that the commands write, by path, with their bytes. Only the names of bundles. */
function written(): Record<string, string> {
  const files = ["cdktf.out", "synthesized"].flatMap((folder) => below(folder));
  const bundles = readdirSync(project.path(".build")).filter((name) => !/\.v8(\.place)?$/.test(name));
  return Object.fromEntries([
    ...files.map((path) => [path, readFileSync(project.path(path), "base64")]),
    ...bundles.map((name) => [`.build/${name}`, ""]),
  ]);
}

function below(folder: string): readonly string[] {
  return readdirSync(project.path(folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => statSync(project.path(path)).isFile() || readdirSync(project.path(path)).length === 0)
    .sort();
}

const synthesized = () => project.run(["synth", "dev"]);
/** Starts as on a fresh clone, where both commands bundle and create every folder. */
function forgetAll(): void {
  rmSync(project.path("cdktf.out"), { recursive: true, force: true });
  for (const name of readdirSync(project.path(".build")).filter((file) => /^(synth-program|authorizer)/.test(file))) {
    rmSync(project.path(".build", name));
  }
}

const deadPid = spawnSync("true").pid;

test("two concurrent syntheses both succeed, with the same files as a single one", async () => {
  expect(synthesized().code).toBe(0);
  const alone = written();
  for (const isFresh of [true, false]) {
    if (isFresh) forgetAll();
    expect(await codes([started("synth", "dev"), started("synth", "dev")])).toEqual([0, 0]);
    expect(written()).toEqual(alone);
  }
}, 60_000);

test("two concurrently synthesized environments are both in cdktf's list, and a concurrent check passes", async () => {
  rmSync(project.path("cdktf.out"), { recursive: true, force: true });
  expect(await codes([started("synth", "dev"), started("synth", "prod"), started("synth", "--check", "dev")])).toEqual([
    0, 0, 0,
  ]);
  const { stacks } = JSON.parse(readFileSync(project.path("cdktf.out/manifest.json"), "utf8"));
  expect(Object.keys(stacks)).toEqual(["dev", "prod"]);
}, 60_000);

test("the synthesis after a killed one works, and removes its leftovers", async () => {
  // It synthesizes all stacks, so that it can be killed before it ends.
  const whole = () => project.run(["synth"]);
  expect(whole().code).toBe(0);
  const alone = written();
  const drafts = () => readdirSync(project.path("cdktf.out")).filter((name) => name.startsWith("front-door-"));
  for (const milliseconds of [0, 100]) {
    const running = started("synth");
    while (drafts().length === 0) await passed(2);
    await passed(milliseconds);
    running.send("SIGKILL");
    expect(await running.ended()).toBe("SIGKILL");
    expect(drafts()).not.toEqual([]);
    expect(whole()).toMatchObject(GOOD);
    expect(written()).toEqual(alone);
  }
}, 60_000);

test("removes drafts and locks of ended processes, and keeps those of running ones", async () => {
  expect(synthesized().code).toBe(0);
  const alone = written();
  for (const pid of [deadPid, process.pid]) {
    mkdirSync(project.path(`.build/draft-${pid}`));
    writeFileSync(project.path(`.build/synth-program.js.0.v8.${pid}`), "half");
  }
  writeFileSync(project.path(`synthesized/dev/main.tf.json.${deadPid}`), "half");
  writeFileSync(project.path("cdktf.out/front-door.lock"), String(deadPid));
  expect(synthesized()).toMatchObject(GOOD);
  const drafts = { [`.build/draft-${process.pid}`]: "", [`.build/synth-program.js.0.v8.${process.pid}`]: "" };
  expect(written()).toEqual({ ...alone, ...drafts });
  for (const path of Object.keys(drafts)) rmSync(project.path(path), { recursive: true });
}, 60_000);

test("a synthesis waits while another one moves its stacks into place", async () => {
  expect(synthesized().code).toBe(0);
  const lock = project.path("cdktf.out/front-door.lock");
  const stack = project.path("cdktf.out/stacks/dev/cdk.tf.json");
  writeFileSync(lock, String(process.pid));
  rmSync(stack);
  const running = started("synth", "dev");
  expect(await Promise.race([running.ended(), passed(2000)])).toBeUndefined();
  expect(existsSync(stack)).toBe(false);
  rmSync(lock);
  expect(await running.ended()).toBe(0);
  expect(existsSync(stack)).toBe(true);
}, 60_000);
