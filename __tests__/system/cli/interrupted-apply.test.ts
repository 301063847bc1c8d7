import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { findTerraform } from "../../../cli/terraform/binary";
import { describeWhere } from "../../support/describe-where";
import { pythonWithPackages } from "../../support/python/python";
import { RunningCommand } from "../../support/running-command";
import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";
import { type StateStore, stateHere, stateInS3 } from "./support/state-store";

const DEPLOY = ["deploy", "dev", "--yes", "--no-smoke"];
/** The output of an apply that was stopped in an orderly way. */
const SENTENCE = /\ndev: ([^:]+): (\d+) of (\d+) changes were applied; go on with: npm run deploy -- dev\n$/;

const python = pythonWithPackages();

afterAll(() => RunningCommand.closeAll());

/** Where the state has no lock: a signal, and a second one. */
describe("with the state in the project", () => {
  const project = new DeployedProject();
  afterAll(() => project.remove());
  const at = opened(project, async () => stateHere(project));
  stopsInOrder(at, "SIGINT");
  secondSignal(at);
});

/** Where a lock may stay: a signal, and a kill, after which the rest is applied. */
describeWhere("missing" in python ? python.missing : undefined, "with the state in S3", () => {
  const project = new DeployedProject("S3");
  afterAll(() => project.remove());
  const at = opened(project, () => stateInS3("python" in python ? python.python : ""));
  stopsInOrder(at, "SIGTERM");
  hardKill(at);
});

/** A project with its state, once both are there. */
interface Opened {
  readonly project: DeployedProject;
  store: StateStore;
  environment: NodeJS.ProcessEnv;
  /** What the next run reports about the interrupted apply. */
  interrupted: string;
}

function opened(project: DeployedProject, open: () => Promise<StateStore>): Opened {
  const at = { project, environment: {}, interrupted: "no apply was interrupted" } as Opened;
  beforeAll(async () => {
    at.store = await open();
    at.environment = { ...project.slowCloud(), ...at.store.variables };
  });
  afterAll(() => at.store.stop());
  return at;
}

/** Starts a deploy, and waits until its apply has made at least one resource. */
async function applied({ project, environment }: Opened): Promise<RunningCommand> {
  const command = new RunningCommand(project, DEPLOY, environment);
  await command.prints(/: created, /);
  return command;
}

function planFiles({ project }: Opened): readonly string[] {
  return ["plan", "manifest.json"].filter((name) => existsSync(project.path(".plans", "dev", name)));
}

function stopsInOrder(at: Opened, signal: "SIGINT" | "SIGTERM") {
  applying(
    `after ${signal} in an apply, the state has as many changes as the message says, and no lock stays`,
    async () => {
      const command = await applied(at);
      command.send(signal);
      const code = await command.ended();
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143 }[signal]);
      const [, cause = "", done, total] = SENTENCE.exec(command.text) ?? [];
      expect(Number(done)).toBe((await at.store.resources()).length);
      expect(Number(done)).toBeLessThan(Number(total));
      expect(command.text.split(cause)).toHaveLength(2); // once
      expect(command.text).not.toMatch(/execution halted|operation cancell?ed/);
      expect([await at.store.isLocked(), planFiles(at)]).toEqual([false, []]);
      at.interrupted = `was interrupted after ${done} of ${total} changes\n`;
    },
  );
}

function secondSignal(at: Opened) {
  const { project } = at;
  applying(
    "a second signal ends an apply whose cloud does not answer, and the message lists what may remain",
    async () => {
      const command = await applied(at);
      expect(command.text).toContain(at.interrupted);
      writeFileSync(project.path("stuck"), "");
      // A call takes a third of a second, so that from now on each one hangs.
      await new Promise((resolve) => setTimeout(resolve, 500));
      command.send("SIGINT");
      await command.prints(/a second signal ends it immediately/);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const start = Date.now();
      command.send("SIGINT");
      expect(await command.ended()).toBe(130);
      expect(Date.now() - start).toBeLessThan(60_000); // two seconds on an idle machine; a stuck cloud never answers
      project.forget("stuck");
      expect(command.text).toContain(
        "ended immediately: changes in progress may be missing from the state, and the state may stay locked",
      );
      expect(planFiles(at)).toEqual([]);
    },
  );
}

function hardKill(at: Opened) {
  const { project } = at;
  applying("after a hard kill the next plan reports what the apply had done, and how to unlock the state", async () => {
    const { environment, store } = at;
    const command = await applied(at);
    expect(command.text).toContain(at.interrupted);
    writeFileSync(project.path("stuck"), "");
    const { group } = JSON.parse(project.read(".plans", "dev", "last-apply.json"));
    command.send("SIGKILL");
    await command.ended();
    process.kill(-group, 0); // Terraform did not get it
    const alive = project.run(["plan", "dev"], environment);
    expect(alive).toMatchObject({
      error: expect.stringMatching(/^dev: the apply of \S+ was killed after \d+ of \d+ changes\n/),
    });
    expect(alive.error).toContain(
      `its Terraform still runs: wait for process ${group}, or stop it: kill -INT ${group}\n`,
    );
    process.kill(-group, "SIGKILL");
    project.forget("stuck");
    expect(await store.isLocked()).toBe(true);
    const dead = project.run(["plan", "dev"], environment);
    expect([dead.code, dead.error.includes("holds the state")]).toEqual([1, true]);
    unlock(dead.error, at);
  });

  applying("the next deploy applies the rest", () => {
    const environment = { ...at.environment, TERRAFORM_BINARY_NAME: findTerraform().path };
    expect(project.run(DEPLOY, environment)).toMatchObject({ code: 0 });
    expect(project.run(["plan", "dev"], environment)).toMatchObject({ code: 0, out: "dev: no change\n" });
  });
}

/** Runs the command that a refusal prints. */
function unlock(error: string, { project, environment }: Opened): void {
  const [, command = ""] = /: (terraform -chdir=\S+ force-unlock [0-9a-f-]{36})$/m.exec(error) ?? [];
  const script = command
    .replace("terraform", `"$TERRAFORM_BINARY_NAME"`)
    .replace("force-unlock", "force-unlock -force");
  const done = spawnSync("sh", ["-c", script], { cwd: project.folder, env: { ...process.env, ...environment } });
  expect([command === "", done.status]).toEqual([false, 0]);
}
