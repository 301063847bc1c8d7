import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { STATE } from "../../support/command";
import { testWhere } from "../../support/describe-where";
import { RunningCommand } from "../../support/running-command";
import { NO_TERMINAL } from "../../support/terminal";
import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

const project = new DeployedProject();
afterAll(async () => {
  await RunningCommand.closeAll();
  project.remove();
});

const STEPS = ["version", "init", "plan", "show", "state", "apply", "version", "output"] as const;
type Step = (typeof STEPS)[number];

/** Runs a command that gets a signal during a Terraform step, and whose Terraform completes that step. */
async function stopped(args: readonly string[], step: Step, signal: NodeJS.Signals) {
  const command = new RunningCommand(project, args, { TERRAFORM_BINARY_NAME: project.heldTerraform(step) });
  while (!project.lines("steps").includes(step)) await delay(20);
  command.send(signal);
  const code = await command.ended();
  const [steps, signals] = [project.lines("steps"), project.lines("signals")];
  for (const name of ["steps", "signals"]) project.forget(name);
  return { code, steps, signals, text: command.text };
}

const until = (step: Step) => STEPS.slice(0, STEPS.indexOf(step) + 1);
const kept = () => ["plan", "manifest.json", "lock"].filter((name) => existsSync(project.path(".plans", "dev", name)));
const DEPLOY = ["deploy", "dev", "--yes", "--no-smoke"];

const atTerminal = NO_TERMINAL === undefined ? applying : testWhere(NO_TERMINAL);

atTerminal("Ctrl-C at the question, which npm also forwards, applies nothing", async () => {
  const child = spawn("script", ["-qec", "npm run deploy -- dev --no-smoke", "/dev/null"], {
    cwd: project.folder,
    env: process.env,
  });
  let text = "";
  const asked = new Promise<void>((resolve) => {
    child.stdout.on("data", (part) => {
      text += part;
      if (text.includes("Apply this to dev?")) resolve();
    });
  });
  await asked;
  child.stdin.write("\u0003");
  const [code] = await once(child, "close");
  expect(code).toBe(130);
  expect(text.match(/dev: you interrupted: nothing was applied/g)).toHaveLength(1);
  expect(existsSync(project.path(STATE))).toBe(false);
});

const EARLY: readonly (readonly [Step, NodeJS.Signals, number])[] = [
  ["init", "SIGINT", 130],
  ["state", "SIGHUP", 129],
];

applying(
  "a deploy that a signal stops before its apply applies nothing, even if Terraform completes the step",
  async () => {
    for (const [step, signal, code] of EARLY) {
      const done = await stopped(DEPLOY, step, signal);
      expect(done).toMatchObject({ code, steps: until(step), signals: ["INT"] });
      expect(done.text).toMatch(/\ndev: .*: nothing was applied; start again with: npm run deploy -- dev\n$/);
      expect([existsSync(project.path(STATE)), kept()]).toEqual([false, []]);
    }
  },
);

applying("a plan that a signal stops is not kept, and a drift has no verdict", async () => {
  const plan = await stopped(["plan", "dev"], "show", "SIGTERM");
  expect(plan).toMatchObject({ code: 143, steps: until("show"), signals: ["INT"] });
  expect(plan.text).toMatch(/\ndev: SIGTERM stopped this run: no plan was kept/);
  const drift = await stopped(["drift", "dev"], "plan", "SIGINT");
  expect(drift).toMatchObject({ code: 130, steps: until("plan"), signals: ["INT"] });
  expect(kept()).toEqual([]);
});

applying("an apply that completes despite a signal is reported as complete, and no step follows", async () => {
  const done = await stopped(DEPLOY, "apply", "SIGTERM");
  expect(done).toMatchObject({ code: 143, steps: until("apply"), signals: ["INT"] });
  expect(done.text).toContain("every change was applied; see the outputs with: npx cdktf output dev");
  expect(kept()).toEqual([]);
});

applying(
  "the next deploy has nothing of it to apply; a signal while outputs are read leaves an applied change",
  async () => {
    project.edit("base.yaml", "orders:1.14.2", "orders:1.15.0");
    const done = await stopped(DEPLOY, "output", "SIGINT");
    expect(done).toMatchObject({ code: 130, steps: STEPS, signals: ["INT"] });
    expect(done.text).toContain("dev: you interrupted: every change was applied");
    const lines = done.text.match(/\S+: (?:created|changed|destroyed), /g);
    expect(lines).toEqual(["google_cloud_run_v2_service.orders: changed, "]);
    expect(project.read(STATE)).toContain("orders:1.15.0");
  },
);

applying(
  "Terraform goes on when only the command is killed, and a Terraform that is killed is named with its signal",
  async () => {
    const apply = `while [ ! -e go ]; do sleep 0.1; done; for line in 1 2 3; do echo '{}'; done; touch finished`;
    const goesOn = `[ "$1" != apply ] || { cd ${project.folder}; touch begun; ${apply}; exit; }`;
    project.edit("base.yaml", /orders:1\.\d+\.\d+/, "orders:1.16.0");
    const command = new RunningCommand(project, DEPLOY, { TERRAFORM_BINARY_NAME: project.terraform(goesOn) });
    while (!existsSync(project.path("begun"))) await delay(20);
    command.send("SIGKILL");
    await command.ended();
    writeFileSync(project.path("go"), "");
    while (!existsSync(project.path("finished"))) await delay(20);

    const killed = project.terraform('[ "$1" != apply ] || kill -9 $$');
    const done = project.run(DEPLOY, { TERRAFORM_BINARY_NAME: killed });
    expect(done).toMatchObject({ code: 1, error: expect.stringContaining("Terraform was killed by SIGKILL\n") });
  },
);
