import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { echoService, type LocalService } from "../google/run";
import { headerValues } from "../net/local-http";
import { freePorts } from "../net/loopback";
import { endProcessGroup, printLines, spawnTethered } from "../processes/tethered";
import { StackError } from "../terraform/document";
import { printableLine } from "../trace/printable";
import type { ServiceDeclaration } from "./declaration";
import { Forwarder } from "./forward";

/** The program that answers for a service, as the user specifies it: `orders=:3000`, `orders=npm start`. */
export interface ServiceChoice {
  /** The service's key in the config, which is also the name of its Terraform resource. */
  readonly id: string;
  readonly answeredBy: { readonly port: number } | { readonly command: string };
}

/**
 * Parses `orders=:3000` (a port of this machine) or `orders=npm start` (a command that listens on its PORT). Undefined
 * for any other text.
 */
export function readServiceChoice(text: string): ServiceChoice | undefined {
  const [, id, answer = ""] = /^([a-z][a-z0-9_-]*)=(.+)$/s.exec(text) ?? [];
  if (id === undefined) return undefined;
  if (!answer.startsWith(":")) return { id, answeredBy: { command: answer } };
  const port = Number(answer.slice(1));
  return /^:\d+$/.test(answer) && port >= 1 && port <= 65_535 ? { id, answeredBy: { port } } : undefined;
}

export interface ServicesProps {
  readonly choices: readonly ServiceChoice[];
  /** Values of secrets by their id in Secret Manager. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Where a person sets a missing value. */
  readonly secretsFile: string;
  /** By service: variables of its process on this machine, in place of declared ones and of secrets. Default: none. */
  readonly variables?: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Origins of web pages that may read what the echo answers. Default: none. */
  readonly pages?: readonly string[];
  /** For the terminal: each line that a service prints, with control characters made visible. */
  readonly print: (line: string) => void;
  /** Receives each line that a service prints, unchanged. Default: the line is not kept. */
  readonly onLine?: (service: string, line: string) => void;
}

/** The programs behind Cloud Run: a port, a process or, by default, the echo. */
export class LocalServices {
  private readonly processes: ServiceProcess[] = [];
  private readonly byName = new Map<string, LocalService>();
  private readonly ports = new Map<string, number>();
  private readonly forwarders: Forwarder[] = [];

  private constructor(private readonly pages: readonly string[]) {}

  /**
   * Rejects if a choice or variables name no service of the stack, or if a service does not start. No process is left running then.
   */
  static async start(declared: readonly ServiceDeclaration[], props: ServicesProps): Promise<LocalServices> {
    const services = new LocalServices(props.pages ?? []);
    for (const id of props.variables?.keys() ?? []) find(declared, id);
    const chosen = props.choices.map((choice) => ({ choice, declaration: find(declared, choice.id) }));
    const started = await Promise.allSettled(
      chosen.map(({ choice, declaration }) => services.add(choice, declaration, props)),
    );
    const failed = started.find((each) => each.status === "rejected");
    if (failed === undefined) return services;
    await services.stop();
    throw failed.reason;
  }

  readonly answer: LocalService = (request) => (this.byName.get(request.service) ?? this.echo)(request);

  private readonly echo: LocalService = async (request) => {
    const answer = await echoService(request);
    const origin = this.pages.find((page) => headerValues(request, "origin").includes(page));
    return origin === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, "access-control-allow-origin": origin, vary: "origin" } };
  };

  /** Port of 127.0.0.1 on which the user's own program answers for a service. */
  portOf(name: string): number | undefined {
    return this.ports.get(name);
  }

  /** Ends the processes, without waiting for further answers. */
  async stop(): Promise<void> {
    await Promise.all(this.forwarders.splice(0).map((each) => each.stop()));
    await Promise.all(this.processes.splice(0).map((process) => process.stop()));
  }

  private async add({ id, answeredBy }: ServiceChoice, declaration: ServiceDeclaration, props: ServicesProps) {
    const given = props.variables?.get(id) ?? {};
    const port =
      "port" in answeredBy
        ? answeredBy.port
        : await this.started({ ...props, given, declaration, command: answeredBy.command });
    this.ports.set(declaration.name, port);
    const forwarder = new Forwarder(port);
    this.forwarders.push(forwarder);
    this.byName.set(declaration.name, forwarder.answer);
  }

  private async started(props: ServiceProcessProps): Promise<number> {
    const process = await ServiceProcess.start(props);
    this.processes.push(process);
    return process.port;
  }
}

/** Terraform address of a service, by its key in the config. */
export function serviceAddress(id: string): string {
  return `google_cloud_run_v2_service.${id.replaceAll("-", "_")}`;
}

function find(declared: readonly ServiceDeclaration[], id: string): ServiceDeclaration {
  const address = serviceAddress(id);
  const found = declared.find((each) => [address, `google_cloud_run_v2_service.${id}`].includes(each.address));
  if (found !== undefined) return found;
  const known = declared.map((service) => service.address).join(", ");
  throw new StackError(address, `the stack has no such service; it has ${known}`);
}

interface ServiceProcessProps {
  readonly declaration: ServiceDeclaration;
  /** Variables of this machine, in place of declared ones and of secrets. */
  readonly given: Readonly<Record<string, string>>;
  /** A shell command, run in the folder from which this program was started. */
  readonly command: string;
  /** Values of secrets by their id in Secret Manager. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Where a person sets a missing value. */
  readonly secretsFile: string;
  readonly print: (line: string) => void;
  /** Receives each line that it prints. Default: the line is not kept. */
  readonly onLine?: (service: string, line: string) => void;
}

/** Cloud Run's default probe gives a container four minutes. This limit is shorter, because a person waits. */
const STARTUP_MILLISECONDS = 60_000;

/** A service as a process of this machine, with the variables that Cloud Run would set and its own port. */
class ServiceProcess {
  private stopping = false;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** Resolves when it listens. Rejects if it exits earlier, or if a secret that it mounts has no value. */
  static async start(props: ServiceProcessProps): Promise<ServiceProcess> {
    const { declaration, command, print, onLine } = props;
    const [port = 0] = await freePorts(1);
    const child = spawnTethered(["/bin/sh", "-c", command], { env: environment(props, port) });
    for (const stream of [child.stdout, child.stderr])
      printLines(stream, (line) => {
        print(`[${declaration.name}] ${printableLine(line)}`);
        onLine?.(declaration.name, line);
      });
    const started = new ServiceProcess(child, port);
    try {
      await started.listening(declaration.address, command);
    } catch (error) {
      await started.stop();
      throw error;
    }
    child.once("exit", (code, signal) => {
      if (!started.stopping) print(`[${declaration.name}] ended with ${code ?? signal}: the service no longer answers`);
    });
    return started;
  }

  /** Ends the shell and everything that it started. A process that does not end within a second is killed. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    endProcessGroup(this.child);
    await gone;
  }

  private async listening(address: string, command: string): Promise<void> {
    let ended: string | undefined;
    this.child.once("error", ({ message }) => (ended = message));
    this.child.once("exit", (code, signal) => (ended = `ended with ${code ?? signal}`));
    const deadline = Date.now() + STARTUP_MILLISECONDS;
    while (Date.now() < deadline) {
      if (ended !== undefined) throw new StackError(address, `${command} ${ended} before it listened on its PORT`);
      if (await answers(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new StackError(address, `${command} does not listen on its PORT,  ${this.port}`);
  }
}

/**
 * https://cloud.google.com/run/docs/container-contract#env-vars; of this machine's variables, only those that a shell
 * needs.
 */
function environment({ declaration, given, secrets, secretsFile }: ServiceProcessProps, port: number) {
  const mounted = declaration.secrets.filter(({ variable }) => !Object.hasOwn(given, variable));
  const values = mounted.map(({ variable, secretId, address }) => {
    const value = secrets.get(secretId);
    if (value === undefined) throw new StackError(address, `${secretsFile} has no line ${secretId}=…`);
    return [variable, value] as const;
  });
  const { PATH, HOME } = process.env;
  return {
    PATH,
    HOME,
    ...declaration.variables,
    ...Object.fromEntries(values),
    ...given,
    PORT: String(port),
    K_SERVICE: declaration.name,
    K_REVISION: `${declaration.name}-00001-loc`,
    K_CONFIGURATION: declaration.name,
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}
