import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { unzipSync } from "fflate";
import type { AwsSessionCredentials } from "../aws/sts-documents";
import type { LocalInternet } from "../net/tls";
import { doorFolder } from "../processes/door-folders";
import { spawnTethered, type TetheredOptions } from "../processes/tethered";
import { type Resource, StackError } from "../terraform/document";
import type { AttributeUse, Stack } from "../terraform/stack";
import { currentPlace, type TracePlace } from "../trace/trace";
import { type NodeRelease, nodeRelease } from "./node-release";

const FUNCTION = {
  read: [
    "environment",
    "filename",
    "function_name",
    "handler",
    "memory_size",
    "publish",
    "role",
    "runtime",
    "source_code_hash",
    "timeout",
  ],
  immaterial: {
    architectures: "the archive contains only JavaScript and runs on this machine's processor",
    logging_config: "no decision depends on it; the name of the log group only labels lines",
    reserved_concurrent_executions: "each function is one process that handles one event at a time",
  },
} as const;

const ENVIRONMENT: AttributeUse = { read: ["variables"] };

/** A front door that is open for days must not fill the memory. */
const KEPT_LINES = 1000;

export interface LocalFunctionProps {
  readonly stack: Stack;
  /** Called when a function starts: the local internet has the hosts that the functions' archives name. */
  readonly internet: (asking: LocalFunction) => LocalInternet;
  readonly credentials: (roleArn: string, functionName: string) => AwsSessionCredentials;
  /** Folder with `preload.cjs` and `function-runtime.cjs`: this one, unless this program was bundled. */
  readonly runtimeFolder: string;
  /** Folder that may hold another Node release. */
  readonly cacheFolder: string;
  /** Receives each line that a function prints, with its log group as Logs Insights names it. Default: the line is not kept. */
  readonly onLine?: (group: string, line: string) => void;
}

/**
 * The stack's functions that decide about calls, not yet unpacked. Functions that rotate secrets are never called here.
 */
export function localFunctions(props: LocalFunctionProps): readonly LocalFunction[] {
  const { stack } = props;
  const declared = stack.declaredApart("aws_lambda_function", FUNCTION);
  for (const resource of declared) stack.apart(resource, () => stack.blocks(resource, "environment", ENVIRONMENT));
  const rotating: string[] = [];
  for (const rotation of stack.all("aws_secretsmanager_secret_rotation")) {
    stack.apart(rotation, () => rotating.push(stack.text(rotation, "rotation_lambda_arn")));
  }
  const deciding = declared.filter((resource) => !rotating.includes(stack.textIfKnown(resource, "arn") ?? ""));
  const functions: LocalFunction[] = [];
  for (const resource of deciding) stack.apart(resource, () => functions.push(new LocalFunction(resource, props)));
  return functions.filter(({ resource }) => stack.isUnderstood(resource));
}

/**
 * One Lambda function: the exact archive that the stack references, in a child process. The process has the declared
 * environment and Lambda's own variables, and handles one event at a time.
 */
export class LocalFunction {
  readonly name: string;
  /** The function's output, line by line; the last 1,000 lines. */
  readonly log: string[] = [];
  /** The request and the call that the current event belongs to. */
  place: TracePlace | undefined;
  readonly node: NodeRelease;
  /** Files of the archive, until it is unpacked. */
  private files: Readonly<Record<string, Uint8Array>>;
  private folder: string | undefined;
  private process: FunctionProcess | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    readonly resource: Resource,
    private readonly props: LocalFunctionProps,
  ) {
    const { stack } = props;
    this.name = stack.text(resource, "function_name");
    this.node = nodeRelease(stack.text(resource, "runtime"), `${resource.address}.runtime`, props.cacheFolder);
    this.files = unzipSync(readArchive(stack, resource));
  }

  /** Writes the archive's files into a new folder. */
  unpack(): void {
    // Outside any repository: a `package.json` above with another module type would break the handler.
    const folder = doorFolder("function");
    this.folder = folder;
    for (const [name, bytes] of Object.entries(this.files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    this.files = {};
  }

  /** A file of the archive; undefined if it has no file of this name. */
  file(name: string): string | undefined {
    if (this.folder === undefined) return this.files[name] && Buffer.from(this.files[name]).toString();
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  /** The environment that the stack declares. */
  get variables(): Readonly<Record<string, string>> {
    const [declared] = this.props.stack.blocks(this.resource, "environment", ENVIRONMENT);
    return (declared?.body.variables ?? {}) as Record<string, string>;
  }

  /** For reports of failures: its name, and its Node release if that differs from the declared one. */
  get inWords(): string {
    const [, release] = this.node.deviation?.split(": ") ?? [];
    return release === undefined ? this.name : `${this.name} (${release})`;
  }

  /** Waits for earlier events. A function that exceeds its timeout is killed, as in Lambda. */
  invoke(event: unknown): Promise<FunctionResult> {
    const result = this.queue.then(() => this.run(event));
    this.queue = result.catch(() => {});
    return result;
  }

  /** Runs the next event in a new process with empty memory, as after a deployment or a scale-out. */
  coldStart(): void {
    this.process?.kill();
    this.process = undefined;
  }

  stop(): void {
    this.coldStart();
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
  }

  private run(event: unknown): Promise<FunctionResult> {
    this.place = currentPlace();
    if (!this.process?.alive) this.process = this.start();
    return this.process.run(event, Number(this.props.stack.value(this.resource, "timeout") ?? 3) * 1000);
  }

  private get logGroup(): string {
    const { stack } = this.props;
    const [logging] = [stack.value(this.resource, "logging_config") ?? []].flat() as { readonly log_group?: string }[];
    return `${stack.aws.account}:${logging?.log_group ?? `/aws/lambda/${this.name}`}`;
  }

  private start(): FunctionProcess {
    const { runtimeFolder } = this.props;
    const internet = this.props.internet(this);
    return new FunctionProcess(
      this.node.executable,
      [
        "--require",
        join(runtimeFolder, "preload.cjs"),
        join(runtimeFolder, "function-runtime.cjs"),
        String(internet.port),
        internet.authorityFile,
      ],
      { cwd: this.folder, env: this.environment() },
      (line) => {
        if (this.log.length === KEPT_LINES) this.log.shift();
        this.log.push(line);
        this.props.onLine?.(this.logGroup, line);
      },
    );
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
  private environment(): NodeJS.ProcessEnv {
    const { stack, credentials } = this.props;
    const session = credentials(stack.text(this.resource, "role"), this.name);
    return {
      ...this.variables,
      AWS_REGION: stack.aws.region,
      AWS_DEFAULT_REGION: stack.aws.region,
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      AWS_EXECUTION_ENV: `AWS_Lambda_${stack.text(this.resource, "runtime")}`,
      AWS_LAMBDA_FUNCTION_NAME: this.name,
      AWS_LAMBDA_FUNCTION_VERSION:
        stack.value(this.resource, "publish") === true ? stack.text(this.resource, "version") : "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(stack.value(this.resource, "memory_size") ?? 128),
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      LAMBDA_TASK_ROOT: this.folder,
      LAMBDA_RUNTIME_DIR: "/var/runtime",
      LANG: "en_US.UTF-8",
      PATH: "/usr/local/bin:/usr/bin:/bin",
      TZ: ":UTC",
      _HANDLER: stack.text(this.resource, "handler"),
    };
  }
}

/** Reads the archive that Lambda would get. Throws if its hash differs from the declared one. */
function readArchive(stack: Stack, resource: Resource): Uint8Array {
  const filename = stack.text(resource, "filename");
  const path = resolve(stack.folder, filename);
  if (!existsSync(path)) throw new StackError(`${resource.address}.filename`, `no ${filename} in ${stack.folder}`);
  const bytes = readFileSync(path);
  const hash = createHash("sha256").update(bytes).digest("base64");
  const declared = stack.value(resource, "source_code_hash");
  if (declared !== undefined && hash !== declared)
    throw new StackError(`${resource.address}.source_code_hash`, `declared ${declared}, is ${hash}`);
  return bytes;
}

/** The result of one event, as the gateway sees it. */
export type FunctionResult =
  | { readonly kind: "answer"; readonly value: unknown }
  | { readonly kind: "error"; readonly message: string };

/** Marks the end of an event. `function-runtime.cjs` writes it to both of its streams. */
const END_OF_EVENT = "\0";

/** A child process that handles one event at a time. The caller waits for a result before it sends the next event. */
export class FunctionProcess {
  private readonly child: ChildProcess;
  private readonly printed: readonly PrintedLines[];

  /**
   * `node` is Node's executable. `print` receives the function's output, line by line: all lines of an event before its
   * result.
   */
  constructor(node: string, parameters: readonly string[], options: TetheredOptions, print: (line: string) => void) {
    this.child = spawnTethered([node, ...parameters], { ...options, channel: true });
    this.child.on("error", () => {}); // The waiting call gets the error.
    this.printed = [this.child.stdout, this.child.stderr].map((stream) => new PrintedLines(stream, print));
  }

  get alive(): boolean {
    const { child } = this;
    return child.pid !== undefined && !child.killed && child.exitCode === null && child.signalCode === null;
  }

  /** A function without a result after `milliseconds` is killed, as in Lambda. */
  run(event: unknown, milliseconds: number): Promise<FunctionResult> {
    const { child } = this;
    return new Promise((resolveResult) => {
      const finish = (result: FunctionResult) => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("close", onClose);
        child.off("error", onError);
        resolveResult(result);
      };
      const onMessage = async (result: FunctionResult) => {
        await Promise.all(this.printed.map((lines) => lines.endOfEvent()));
        finish(result);
      };
      const onClose = () => finish({ kind: "error", message: "Runtime exited" });
      const onError = ({ message }: Error) => finish({ kind: "error", message });
      const timer = setTimeout(() => {
        this.kill();
        finish({ kind: "error", message: `Task timed out after ${milliseconds / 1000} seconds` });
      }, milliseconds);
      child.on("message", onMessage);
      child.once("close", onClose);
      child.once("error", onError);
      // A process that has ended reports this by closing. One that never started has no channel.
      child.send?.(event as object, () => {});
    });
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

/**
 * The lines of one stream. Streams and results arrive separately, so only the mark in a stream shows where an event's
 * output ends.
 */
class PrintedLines {
  private rest = "";
  private ends = 0;
  private waiting: (() => void) | undefined;

  constructor(
    stream: NodeJS.ReadableStream | null,
    private readonly print: (line: string) => void,
  ) {
    stream?.setEncoding("utf8").on("data", (text: string) => this.take(text));
  }

  /** Resolves when all output up to the end of one more event has been read. */
  async endOfEvent(): Promise<void> {
    if (this.ends === 0) {
      await new Promise<void>((resolveEnd) => {
        this.waiting = resolveEnd;
      });
    }
    this.ends -= 1;
  }

  private take(text: string): void {
    for (const part of text.split(/([\n\0])/)) {
      if (part === "\n" || (part === END_OF_EVENT && this.rest !== "")) {
        this.print(this.rest);
        this.rest = "";
      }
      if (part === END_OF_EVENT) {
        this.ends += 1;
        this.waiting?.();
        this.waiting = undefined;
      } else if (part !== "\n") {
        this.rest += part;
      }
    }
  }
}
