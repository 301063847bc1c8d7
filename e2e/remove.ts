import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CommandError, projectError } from "../cli/process/command-error";
import { withProgress } from "../cli/process/progress";
import { Interrupted, signals } from "../cli/process/signals";
import { NotListed } from "../cli/verify/inventory/cloud-tools";
import { startOf, UNKNOWN } from "../packages/local-front-door/processes/door-folders";
import { bucketOf } from "./environments";
import type { RunFolder } from "./run-folder";
import { Scene, until } from "./scene";
import { type Left, leftIn, removeBucket } from "./sweep";

/** Objects refer to each other, and a listing shows removed ones for a while. */
const ROUNDS = 8;

/** Pause before a third round, and between all later ones. */
const ROUND_MILLISECONDS = 15_000;

/** How long a command of a killed run may take to end after an interrupt, in seconds: the longest step of an apply. */
const END_SECONDS = 900;

/** How long to wait for the deploy identity, in seconds. It may be gone, and the sweep needs only the person. */
const IDENTITY_SECONDS = 30;

const OPTIONS = ["-input=false", "-no-color"];

/**
 * Removes everything of a run from both clouds: first what Terraform's states know, then what the run's tag and name show.
 *
 * @throws CommandError if anything stays
 */
export async function removeRun(runFolder: RunFolder, print: (line: string) => void): Promise<void> {
  await leftCommandEnded(runFolder, print);
  for (const environment of runFolder.now.environments) {
    await tolerant(print, () => destroyKnown(new Scene(runFolder, environment), print));
  }
  const scene = new Scene(runFolder, runFolder.now.environments[0] ?? "http");
  const left = await sweep(scene, print);
  const { run } = runFolder.now;
  if (left.length > 0) {
    throw projectError(
      `${run}: ${left.length} objects stay:\n${left.map(({ what }) => `    ${what}`).join("\n")}`,
      "run the same command again; it needs an administrator of both clouds",
    );
  }
  runFolder.save({ ...runFolder.now, removedAt: new Date().toISOString() });
  runFolder.removeProjects();
  print(`${run}: nothing of it is left in either cloud`);
}

/** Removes what a sweep shows, round by round. @returns what stays */
async function sweep(scene: Scene, print: (line: string) => void): Promise<readonly Left[]> {
  for (let round = 1; ; round += 1) {
    if (round > 2)
      await withProgress(
        "waiting for the listings",
        signals.unlessStopped(() => pause(ROUND_MILLISECONDS)),
      );
    const left = await withProgress("listing what is left in both clouds", leftIn(scene));
    if (left.length === 0 || round > ROUNDS) return left;
    for (const { what, remove } of left) {
      print(`removing ${what}`);
      await tolerant(print, remove);
    }
  }
}

/** What cannot be removed now is listed again in the next round. */
async function tolerant(print: (line: string) => void, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isExpected = error instanceof NotListed || (error instanceof CommandError && !(error instanceof Interrupted));
    if (!isExpected) throw error;
    print(`    ${error.message.split("\n")[0]}`);
  }
}

/** A killed run leaves its last command running, which would go on to make objects. */
async function leftCommandEnded({ now: { child, run } }: RunFolder, print: (line: string) => void): Promise<void> {
  // Without a start, another process may have its id by now.
  const runs = () => ![undefined, UNKNOWN].includes(child?.start) && startOf(child?.pid ?? 0) === child?.start;
  if (child === undefined || !runs()) return;
  print(`${run}: interrupting its command ${child.pid}, which still runs`);
  process.kill(-child.pid, "SIGINT");
  const ended = until(`the end of process ${child.pid}`, END_SECONDS, async () => (runs() ? undefined : true));
  await withProgress(`${run}: waiting for the end of process ${child.pid}`, ended);
}

/** Destroys what the states know. No other command of the run is left, so a lock in the way is that of a killed one. */
async function destroyKnown(scene: Scene, print: (line: string) => void): Promise<void> {
  const { environment } = scene;
  if (hasStack(scene, environment)) {
    print(`${scene.record.run}: destroying ${environment}`);
    await tolerant(print, async () => {
      const terraform = await scene.terraform(environment, "deployer", IDENTITY_SECONDS);
      await terraform.step(environment, "init", `${environment}: connecting to the state`, OPTIONS);
      const unlocked = [...OPTIONS, "-auto-approve", "-lock=false"];
      await terraform.step(environment, "destroy", `${environment}: destroying`, unlocked);
    });
  }
  if (hasStack(scene, `bootstrap-${environment}`)) await removeBootstrap(scene);
}

function hasStack({ folder }: Scene, stack: string): boolean {
  return existsSync(join(folder, "cdktf.out/stacks", stack));
}

/** Destroys the bootstrap, and then the bucket of the state, which no plan deletes. */
export async function removeBootstrap(scene: Scene): Promise<void> {
  const stack = `bootstrap-${scene.environment}`;
  const terraform = await scene.terraform(stack, "person");
  await terraform.step(stack, "init", `${stack}: connecting to the state`, OPTIONS);
  const known = await terraform.step(stack, "state list", `${stack}: reading the state`, []);
  const bucket = known.split("\n").includes(BUCKET);
  if (bucket) await terraform.step(stack, "state rm", `${stack}: leaving the bucket out`, ["-lock=false", BUCKET]);
  await terraform.step(stack, "destroy", `${stack}: destroying`, [...OPTIONS, "-auto-approve", "-lock=false"]);
  if (bucket) await removeBucket(bucketOf(scene.record, scene.environment), scene.tools);
}

const BUCKET = "aws_s3_bucket.state";
