import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { oncePerWorker } from "./once-per-worker";

/** The variable that shows a provider that Terraform starts it, not a person (Terraform's plugin protocol). */
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/** A provider without output for this time hangs. */
const HANGS_MS = 60_000;

/** Returns the folder of the stand-in providers, from Terraform's own configuration. */
export function mirror(): string {
  const [, path = ""] = /path = "([^"]+)"/.exec(readFileSync(process.env.TF_CLI_CONFIG_FILE ?? "", "utf8")) ?? [];
  return path;
}

/**
 * The stand-in providers as processes that serve every Terraform command of a test file. Otherwise each command starts
 * them, and they read their schemas, which takes half of its time.
 *
 * Run only one command at a time, or several for one stack, because a provider keeps only the latest configuration.
 */
export class RunningProviders {
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-providers-"));
  private readonly processes: ChildProcess[] = [];
  /** Unix sockets of the providers. */
  readonly sockets: string[] = [];
  /** File with the changes in the clouds since the last apply, which a refresh finds. */
  private readonly cloud = join(this.folder, "cloud.json");
  /** A Terraform that uses these processes. With SLOW_CLOUD it starts its own providers, which a test has made slow. */
  readonly terraform = join(this.folder, "terraform");

  /** @param version what `terraform version -json` prints, which each command of this program asks for */
  constructor(terraform: string, version: string) {
    this.meanwhile([]);
    const names = readdirSync(mirror(), { recursive: true, encoding: "utf8" });
    const providers = names.filter((name) => /terraform-provider-[^/]+$/.test(name)).map((name) => this.start(name));
    const printed = join(this.folder, "version.json");
    writeFileSync(printed, version);
    const attached = JSON.stringify(Object.fromEntries(providers));
    // `init` must install real files, and `providers` reads all schemas, of which these processes may serve only a
    // part. The other commands start no provider. Terraform takes 0.05 s of processor time to print its version.
    const script = `case "$1$SLOW_CLOUD" in
plan|apply|show) export TF_REATTACH_PROVIDERS='${attached}' ;;
providers*) export ALL_SCHEMAS=1 ;;
version*) [ "$*" != "version -json" ] || exec cat '${printed}' ;;
esac`;
    // A short process needs little garbage collection, which took a fifth of the remaining time.
    const settings = `export GOGC=400 TF_HTTP_ADDRESS="${oncePerWorker("state server", stateServer)}$PWD/scratch.tfstate"`;
    writeFileSync(this.terraform, `#!/bin/sh\n${settings}\n${script}\nexec '${terraform}' "$@"\n`);
    chmodSync(this.terraform, 0o700);
  }

  /** Sets what the next refresh finds in the clouds. */
  get found(): string {
    return readFileSync(this.cloud, "utf8");
  }

  meanwhile(found: readonly object[]): void {
    writeFileSync(this.cloud, JSON.stringify(found));
  }

  stop(): void {
    for (const process of this.processes) process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true });
  }

  /** @param name below the mirror: `<registry>/<namespace>/<type>/<version>/<platform>/<program>` */
  private start(name: string): readonly [string, object] {
    const [registry, namespace, type] = name.split("/");
    const printed = join(this.folder, `${type}.txt`);
    const output = openSync(printed, "w");
    const child = spawn(join(mirror(), name), {
      env: {
        ...process.env,
        STAND_IN_CLOUD: this.cloud,
        TF_PLUGIN_MAGIC_COOKIE: COOKIE,
        PLUGIN_PROTOCOL_VERSIONS: "5",
      },
      stdio: ["ignore", output, "ignore"],
    });
    closeSync(output);
    child.unref();
    this.processes.push(child);
    // `1|5|unix|<socket>|grpc|`
    const [, protocol, network, address] = firstLine(printed).split("|");
    if (address !== undefined) this.sockets.push(address);
    const addr = { Network: network, String: address };
    const attached = { Protocol: "grpc", ProtocolVersion: Number(protocol), Pid: child.pid, Test: true, Addr: addr };
    return [`${registry}/${namespace}/${type}`, attached];
  }
}

/**
 * Starts a server for states that are files, and returns its URL. It ends with the worker. With its own backend for
 * files, Terraform writes the whole state after each resource of an apply, which takes up to half of its time.
 */
function stateServer(): string {
  const port = new Int32Array(new SharedArrayBuffer(4));
  // A thread, because tests block this one while Terraform runs.
  new Worker(join(__dirname, "state-server.cjs"), { workerData: port }).unref();
  Atomics.wait(port, 0, 0, HANGS_MS);
  return `http://127.0.0.1:${Atomics.load(port, 0)}`;
}

function firstLine(file: string): string {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const since = Date.now(); Date.now() - since < HANGS_MS; Atomics.wait(clock, 0, 0, 10)) {
    const [line = "", ...more] = readFileSync(file, "utf8").split("\n");
    if (more.length > 0) return line;
  }
  throw new Error(`${file}: a stand-in provider did not report its address within ${HANGS_MS / 1000} s`);
}
