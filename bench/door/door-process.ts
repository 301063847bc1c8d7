import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { NotMeasured } from "../measure/figure";
import { PLAIN_NODE, SCRIPTS } from "../measure/node-process";

/** Time limit for a door to open. */
const READY_MILLISECONDS = 30_000;

export interface DoorProcessProps {
  /** A project, real or copied. */
  readonly folder: string;
  readonly environment: string;
  /** Services by id that a port of this machine answers for. All others are the echo. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** `npm run local -- <environment>` without npm, as people run it. */
export class DoorProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** From the start of the process until it prints its address. */
    readonly milliseconds: number,
    private readonly printed: string,
  ) {}

  static async open({ folder, environment, ports = {} }: DoorProcessProps): Promise<DoorProcess> {
    const services = Object.entries(ports).flatMap(([id, port]) => ["--service", `${id}=:${port}`]);
    const start = performance.now();
    const child = fork(join("cli", "run.cjs"), ["local", environment, ...services], {
      cwd: folder,
      execArgv: ["--require", join(SCRIPTS, "door", "end-with-parent.cjs")],
      env: { ...process.env, ...PLAIN_NODE },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    let errors = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const printed = await new Promise<string>((resolve, reject) => {
      const fail = () => {
        child.kill("SIGKILL");
        reject(new NotMeasured(`the door of ${environment} did not open: ${errors.trim()}`));
      };
      const timer = setTimeout(fail, READY_MILLISECONDS);
      let text = "";
      child.once("exit", fail);
      child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        // An empty line ends the greeting, which may begin with a line about a port that is taken.
        if (!/^\w\S*: http:.*\n(.*\n)*\n/m.test(text)) return;
        clearTimeout(timer);
        child.off("exit", fail);
        child.stdout?.removeAllListeners("data").resume();
        resolve(text);
      });
    });
    return new DoorProcess(child, performance.now() - start, printed);
  }

  /** The first program for which the door prints a line. */
  get program(): PrintedCaller {
    return printedProgram(this.printed);
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await ended;
  }
}

/** A server of `servers.cjs` in a separate process: a minimal service, or a minimal proxy for a port. */
export async function startServer(...proxied: readonly number[]): Promise<{ readonly port: number; stop(): void }> {
  const script = join(SCRIPTS, "door", "servers.cjs");
  const child = fork(script, proxied.map(String), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [port] = await once(child, "message");
  return { port: Number(port), stop: () => child.disconnect() };
}

/** A program's credentials and route, as the door prints them for people to paste. */
export interface PrintedCaller {
  /** The route's full URL. */
  readonly url: string;
  readonly tokenUrl: string;
  /** `<client id>:<client secret>`, both made up. */
  readonly credentials: string;
}

const CLIENTS = /^client id and secret, for (\S+)\n {2}(\S+) {2}(\S+)$/m;

/** The first program whose client the door prints, with the route of its `curl` line. */
export function printedProgram(printed: string): PrintedCaller {
  const [, tokenUrl, name, credentials] = CLIENTS.exec(printed) ?? [];
  const lines = printed.split("\n");
  const [, url] = /^ {2}curl -s (http:\S+)/.exec(lines[lines.indexOf(name ?? "") + 1] ?? "") ?? [];
  if (url === undefined || credentials === undefined || tokenUrl === undefined) {
    throw new NotMeasured("the door prints no client id and secret of a program");
  }
  return { url, tokenUrl, credentials };
}
