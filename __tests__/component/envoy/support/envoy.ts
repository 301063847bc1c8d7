import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { delivery } from "../../../../contract/envoy/delivery";
import { type Addresses, withAddresses } from "../../../../packages/local-front-door/services/sidecars";

const READY_MILLISECONDS = 20_000;
const ANSWER_MILLISECONDS = 15_000;

export interface EnvoyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface EnvoyCall {
  readonly method?: string;
  readonly path: string;
  /** Name and value in turn, so that a name may occur twice. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** Also covers tests that do not stop theirs, or are interrupted. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** One Envoy on loopback, with its container's arguments but other addresses. */
export class Envoy {
  /** Lines of its access log, parsed. */
  readonly log: Record<string, unknown>[] = [];
  /** Everything it printed. */
  printed = "";

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly probePort: number,
  ) {}

  /** Another process may take a free port before Envoy does, so a start on taken ports is tried again with others. */
  static async start(...given: Parameters<typeof Envoy.startOnce>): Promise<Envoy> {
    for (let left = 3; ; left -= 1) {
      try {
        return await Envoy.startOnce(...given);
      } catch (error) {
        if (left === 0 || !String(error).includes("Address already in use")) throw error;
      }
    }
  }

  private static async startOnce(
    binary: string,
    configuration: string,
    addresses: Omit<Addresses, "listeners">,
  ): Promise<Envoy> {
    const [ingress, probe] = await freePorts();
    const at = (port: number) => ({ address: "127.0.0.1", port });
    const listeners = { ingress: at(ingress), probe: at(probe) };
    const text = withAddresses(configuration, { ...addresses, listeners });
    // An argument needs no file, unlike a mounted configuration. Linux limits it to 128 KiB.
    const args = delivery("{}").args.map((argument) => (argument === "{}" ? text : argument));
    const child = spawn(binary, ["--use-dynamic-base-id", ...args], { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    child.once("exit", () => running.delete(child));
    const envoy = new Envoy(child, ingress, probe);
    envoy.read();
    await envoy.ready();
    return envoy;
  }

  /** Sends the path unchanged, and a header as often as it is listed. */
  send(call: EnvoyCall): Promise<EnvoyAnswer> {
    return send(this.port, call);
  }

  /** Resolves with the first access log line that matches, as soon as it is written. */
  async logged(isSo: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Record<string, unknown>> {
    const deadline = Date.now() + READY_MILLISECONDS;
    while (Date.now() < deadline) {
      const found = this.log.find(isSo);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no such line:\n${this.printed.slice(-1500)}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }

  private read(): void {
    let rest = "";
    this.child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      this.printed += chunk;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.log.push(JSON.parse(line));
    });
    this.child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      this.printed += chunk;
    });
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_MILLISECONDS;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) throw new Error(`Envoy exited:\n${this.printed.slice(0, 1500)}`);
      const answer = await send(this.probePort, { path: "/ready" }).catch(() => undefined);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.stop();
    throw new Error(`Envoy was not ready in time:\n${this.printed}`);
  }
}

export function send(port: number, { method = "GET", path, headers = [], body }: EnvoyCall): Promise<EnvoyAnswer> {
  const length = body === undefined ? [] : ["Content-Length", String(Buffer.byteLength(body))];
  const all = ["Host", "orders.localhost", ...length, ...headers];
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, method, path, agent: false, headers: all }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text });
      });
    });
    outgoing.setTimeout(ANSWER_MILLISECONDS, () =>
      outgoing.destroy(new Error(`no answer to ${method} ${path} in time`)),
    );
    outgoing.on("error", reject).end(body);
  });
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}
