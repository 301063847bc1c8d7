import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../../support/places";
import { pythonWithPackages } from "../../../support/python/python";
import { run, type Said } from "../../clients/support/run";

type Environment = Readonly<Record<string, string>>;

/** One of the long-running examples, in its language. */
export interface Example {
  readonly name: string;
  /** One line with the reason why it cannot run here. */
  readonly missing?: string;
  readonly command: string;
  /** The printed program. */
  readonly program: string;
  /** Calls the given path, over and over. */
  readonly driver: string;
  readonly environment: Environment;
}

const found = pythonWithPackages();

export const EXAMPLES: readonly Example[] = [
  {
    name: "Node",
    command: process.execPath,
    program: join(ROOT, "examples/call-from-node/call.mjs"),
    driver: join(__dirname, "programs/drive.mjs"),
    // A warning about Node's version: the SDK announces which release it will require.
    environment: { NODE_NO_WARNINGS: "1" },
  },
  {
    name: "Python",
    ...("missing" in found ? { missing: found.missing, command: "" } : { command: found.python }),
    program: join(ROOT, "examples/call-from-python/call.py"),
    driver: join(__dirname, "programs/drive.py"),
    environment: { PYTHONPATH: join(ROOT, "examples/call-from-python"), PYTHONDONTWRITEBYTECODE: "1" },
  },
];

/** Runs the printed program until it ends. */
export function runExample({ command, program, environment }: Example, path: string, env: Environment): Promise<Said> {
  return run(command, [program, path], { PATH: process.env.PATH ?? "", ...environment, ...env });
}

/** An example that runs on, and calls any given path. */
export class RunningExample {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  /** Its whole output, on both streams. */
  said = "";

  constructor({ command, driver, environment }: Example, env: Environment) {
    this.child = spawn(command, [driver], {
      env: { PATH: process.env.PATH ?? "", ...environment, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error("no pipes");
    for (const stream of [stdout, stderr]) stream.on("data", (text) => (this.said += text));
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Calls all paths concurrently. Returns for each a status, or the error's message. */
  async call(...paths: readonly string[]): Promise<readonly (number | string)[]> {
    this.child.stdin?.write(`${JSON.stringify(paths)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the example ended: ${this.said}`);
    return JSON.parse(value);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.stdin?.end();
    await exited;
  }
}
