import { existsSync, readFileSync } from "node:fs";
import { constants, homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Clouds, startClouds } from "./clouds";
import { descriptorLimit, LEAST_DESCRIPTORS } from "./net/descriptors";
import { firstFreeFrom, type PortChoice } from "./net/loopback";
import { notSimulatedInWords, requestLine } from "./page/request-line";
import { removeLeftFolders } from "./processes/door-folders";
import { tetherObstacle } from "./processes/tethered";
import { readServiceChoice, type ServiceChoice } from "./services/services";
import { StackError, UnplayableStack } from "./terraform/document";

const USAGE = `Usage: local-front-door <cdk.tf.json> [options]

Plays the gateway, the functions, the user pools and the services that this Terraform JSON declares, on 127.0.0.1 alone.

  --port <n>                  port of the gateway (default: the first free one from 8080; 0: any free one)
  --service <name>=:<port>    what answers for a Cloud Run service: a port of this machine (default: an echo)
  --service <name>=<command>  or a command that listens on its PORT
  --origin <origin>           a page of this machine that the API's CORS lets in as well
  --strict                    open nothing if anything in the file is not simulated
  -h, --help                  this text`;

/**
 * Exit codes: the file is wrong; the command line or the machine is wrong, as in sysexits.h; and, plus the number of a signal, that it
 * stopped the program, as in shells.
 */
const EXIT = { failed: 1, usage: 64, signalled: 128 } as const;

/** Port of the gateway, or the next free one. */
const GATEWAY_PORT = 8080;

/** Time for answers in progress after Ctrl-C. */
const GRACE_MILLISECONDS = 2_000;

/** Thrown if the command line or the machine is wrong, with an explanation for the person who typed it. */
class UsageError extends Error {}

interface Options {
  readonly file: string;
  readonly port: PortChoice;
  readonly services: readonly ServiceChoice[];
  readonly localOrigins: readonly string[];
  readonly strict: boolean;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
  },
);

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const obstacle = tetherObstacle();
  if (obstacle !== undefined) throw new UsageError(obstacle);
  if (descriptorLimit() < LEAST_DESCRIPTORS) {
    const got = `this process may open ${descriptorLimit()} files and connections`;
    throw new UsageError(`${got}, expected at least ${LEAST_DESCRIPTORS}: allow more (ulimit -n 1024)`);
  }
  removeLeftFolders();
  const stopped = stopSignal();
  const clouds = await opened(options);
  try {
    console.log(greeting(options.file, clouds).join("\n"));
    if (process.stderr.isTTY) printRequests(clouds);
    return EXIT.signalled + constants.signals[await stopped];
  } finally {
    await clouds.stop(GRACE_MILLISECONDS);
  }
}

/** Undefined if help was requested. */
function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [file, second] = positionals;
  if (file === undefined || second !== undefined) throw new UsageError(`expected one file\n\n${USAGE}`);
  requireJson(file);
  const port = values.port === undefined ? firstFreeFrom(GATEWAY_PORT) : portOf(values.port);
  const services = (values.service ?? []).map(serviceChoice);
  return { file, port, services, localOrigins: values.origin ?? [], strict: values.strict === true };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port ${text}: expected a number up to 65535`);
}

function parsed(args: readonly string[]) {
  const many = { type: "string", multiple: true } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ port: { type: "string" }, service: many, origin: many, strict: { type: "boolean" } },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function requireJson(file: string): void {
  if (!existsSync(file)) throw new UsageError(`${file}: no such file; expected a stack in Terraform's JSON syntax`);
  try {
    const document: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof document === "object" && document !== null && !Array.isArray(document)) return;
  } catch {
    // Reported below, like a value that is not an object.
  }
  throw new UsageError(`${file}: not a JSON object; convert HCL to JSON first, as cdktf does (*.tf.json)`);
}

function serviceChoice(text: string): ServiceChoice {
  const choice = readServiceChoice(text);
  if (choice !== undefined) return choice;
  throw new UsageError(`--service ${text}: expected <name>=:<port> or <name>=<command>, as in --service shop=:3000`);
}

/**
 * Opens the front door. Throws an error that lists everything unsupported in the file, before any port is taken.
 */
async function opened({ file, port, services, localOrigins, strict }: Options): Promise<Clouds> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  try {
    return await startClouds({
      stackFile: resolve(file),
      strict,
      cacheFolder: join(cache, "local-front-door"),
      port,
      gateway: { localOrigins },
      echoesOutside: true,
      envoy: { progress: console.error },
      page: { title: basename(file), port: 0 },
      services: { choices: services, secrets: new Map(), secretsFile: "", print: console.log },
    });
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    const faults = error instanceof UnplayableStack ? error.faults : [error];
    const lines = faults.map(({ message }) => `  ${message}`);
    throw new Error(`${file}: nothing was opened, because these declarations are not supported:\n${lines.join("\n")}`);
  }
}

function greeting(file: string, clouds: Clouds): readonly string[] {
  return [
    `${basename(file)}: ${clouds.url}  (Ctrl-C closes)`,
    `why?  ${clouds.pageUrl}  shows why each request was allowed or refused`,
    ...clouds.deviations.map((deviation) => `differs from the stack: ${deviation}`),
    notSimulatedInWords(clouds.notSimulated),
    ...clouds.gateway.routeKeys.map((key) => `  ${key}`),
    ...tokenLines(clouds),
  ];
}

/** Prints one line for each request, if standard output is a terminal. */
function printRequests({ trace, explaining }: Clouds): void {
  trace.requests.onEnd((request) => console.error(requestLine(request, explaining)));
}

/** Returns commands that get a token from each issuer that the stack trusts, with tools that every shell has. */
function tokenLines({ callers, cognitoUrl, externalIssuers, tls }: Clouds): readonly string[] {
  const programs = callers
    .filter(({ kind }) => kind === "program")
    .flatMap(({ name, client, pool }) =>
      client === undefined || pool === undefined
        ? []
        : [
            `a token of ${name}:`,
            `  curl -s -u '${client.id}:${client.secret}' -d grant_type=client_credentials ${cognitoUrl}/${pool.domain}/oauth2/token`,
          ],
    );
  const there = `--cacert ${tls.authorityFile} --connect-to ::127.0.0.1:${tls.port}`;
  const others = externalIssuers.flatMap(({ id, url, audience }) => [
    `a token of ${id}, with the scopes that you name:`,
    `  curl -s ${there} -d grant_type=client_credentials -d aud=${audience ?? ""} -d scope=openid ${url.replace(/\/$/, "")}/token`,
  ]);
  return [...programs, ...others];
}

/** Resolves on Ctrl-C, or when the terminal closes. Call it before anything starts. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done(signal));
  });
}
