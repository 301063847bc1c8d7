import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { firstSignal, Interrupted, interruptedBy, Signals, type StopSignal } from "../../../../cli/process/signals";

const STANDING = { left: "nothing was applied", atOnce: "the state may stay locked" };
let said: string[];
let now: number;
beforeEach(() => {
  said = [];
  now = 1000;
  jest.spyOn(console, "error").mockImplementation((line) => said.push(line));
  jest.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A process that receives signals, and records the signals that it sends and how it exits. */
class Scene {
  readonly own = Object.assign(new EventEmitter(), {
    kill: (pid: number, signal: string) => this.sent.push(`${signal} to ${pid}`),
    exit: (code: number) => this.exits.push(code),
  });
  readonly sent: string[] = [];
  readonly exits: number[] = [];
  readonly signals = new Signals(this.own as unknown as NodeJS.Process);
  readonly terraform = Object.assign(new EventEmitter(), { pid: 77 });

  during(work: () => Promise<unknown>): Promise<unknown> {
    return this.signals.during("dev", STANDING, work).catch((error) => error);
  }

  guard(): void {
    this.signals.guard(this.terraform as unknown as ChildProcess);
  }

  send(signal: StopSignal, later = 0): void {
    now += later;
    this.own.emit(signal);
  }
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("after %s no step starts, and the command ends with %d", async (signal, code) => {
  const scene = new Scene();
  const steps: string[] = [];
  const ended = await scene.during(async () => {
    steps.push("first");
    scene.send(signal);
    await scene.signals.check();
    steps.push("second");
  });
  expect(ended).toBeInstanceOf(Interrupted);
  expect(ended).toMatchObject({ exitCode: code, message: expect.stringMatching(/^dev: .*: nothing was applied$/) });
  expect(steps).toEqual(["first"]);
});

test("a command that ends by itself gets the first signal, and a second one ends it immediately", async () => {
  const scene = new Scene();
  const first = firstSignal(scene.own as unknown as NodeJS.Process);
  scene.send("SIGTERM");
  scene.send("SIGINT", 299);
  expect([await first, scene.exits]).toEqual(["SIGTERM", []]);
  scene.send("SIGINT", 2);
  expect(scene.exits).toEqual([130]);
  const end = interruptedBy(await first, "dev", "the front door is closed");
  expect([end.exitCode, end.message]).toEqual([143, "dev: SIGTERM stopped this run: the front door is closed"]);
});

test("Terraform's process group gets SIGINT once, whichever signal arrived and however often npm repeats it", async () => {
  const scene = new Scene();
  await scene.during(async () => {
    scene.guard();
    scene.send("SIGTERM");
    scene.send("SIGTERM", 299);
    scene.terraform.emit("close");
  });
  expect(scene.sent).toEqual(["SIGINT to -77"]);
});

test("after a second signal Terraform may write for two seconds, and is then killed", async () => {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "performance"] });
  const scene = new Scene();
  await scene.during(async () => {
    scene.guard();
    scene.send("SIGINT");
    scene.send("SIGINT", 301);
    jest.advanceTimersByTime(1999);
    expect(scene.sent).toEqual(["SIGINT to -77", "SIGINT to -77"]);
    jest.advanceTimersByTime(1);
    expect(scene.signals.endedAtOnce).toBe(true);
    scene.terraform.emit("close");
  });
  expect(scene.sent.slice(2)).toEqual(["SIGKILL to -77", "SIGKILL to -77"]);
  expect(said.at(-1)).toContain(STANDING.atOnce);
});

test("a third signal kills immediately; if no Terraform runs, the second one exits", async () => {
  const scene = new Scene();
  await scene.during(async () => {
    scene.guard();
    for (const _ of [1, 2, 3]) scene.send("SIGTERM", 400);
    expect(scene.sent.at(-1)).toBe("SIGKILL to -77");
    scene.terraform.emit("close");
  });
  const idle = new Scene();
  await idle.during(async () => {
    for (const _ of [1, 2]) idle.send("SIGHUP", 400);
  });
  expect([idle.sent, idle.exits]).toEqual([[], [129]]);
});

test("the message reports the work done meanwhile, and not an error of the stopped work", async () => {
  const scene = new Scene();
  const ended = await scene.during(async () => {
    scene.signals.describeEnd(() => ({ ...STANDING, left: "2 of 3 changes were applied" }));
    scene.send("SIGINT");
    throw new Error("terraform apply failed");
  });
  expect(ended).toMatchObject({ message: "dev: you interrupted: 2 of 3 changes were applied", exitCode: 130 });
});

test("a signal ends a wait for work without a process", async () => {
  const scene = new Scene();
  const ended = await scene.during(() =>
    scene.signals.unlessStopped(() => {
      scene.send("SIGINT");
      return new Promise(() => {});
    }),
  );
  expect(ended).toBeInstanceOf(Interrupted);
});

test("without a signal the work's own result or error is passed on, and no listener remains", async () => {
  const scene = new Scene();
  const fault = new Error("refused");
  expect(await scene.during(async () => scene.signals.during("inner", STANDING, async () => 7))).toBe(7);
  expect(await scene.during(() => Promise.reject(fault))).toBe(fault);
  expect(scene.own.eventNames()).toEqual([]);
});
