import { randomBytes, timingSafeEqual } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { keysOfOne, namedBy, type Reached, type RouteKeys, reachedBy } from "../../contract/route-selection";
import { callersOfIntent } from "../../intent/model/declared-callers";
import { ANYONE, sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { STALE_HEADER } from "../../packages/local-front-door/gateway/shared/api-gateway";
import { LocalLogs } from "../../packages/local-front-door/logs/local-logs";
import { descriptorLimit, LEAST_DESCRIPTORS } from "../../packages/local-front-door/net/descriptors";
import { headerValues, type LocalAnswer, type LocalRequest } from "../../packages/local-front-door/net/local-http";
import { LocalServer } from "../../packages/local-front-door/net/local-server";
import { notSimulatedInWords, requestLine } from "../../packages/local-front-door/page/request-line";
import { doorFolder, removeLeftFolders } from "../../packages/local-front-door/processes/door-folders";
import { groupedBy } from "../../packages/terraform-access-review/terraform-json/order";
import { type Asked, brokenCalls, type CallAccess, gotOf } from "../expectations/calls";
import { CommandError, projectError, usageError } from "../process/command-error";
import { formatNamed } from "../process/format-option";
import { say, unreported } from "../process/progress";
import { BUILD, CONFIG, shownPath } from "../process/project";
import { firstSignal, interruptedBy } from "../process/signals";
import { writeWhole } from "../process/write-files";
import { curlLines } from "./curl-lines";
import { type DoorProps, LocalDoor, type OpenDoor, PORTS } from "./door";
import { removeDoorFile, writeDoorFile } from "./door-file";
import { ledgerFaults, routeGrants } from "./ledger";
import { type Cell, callMatrix, matrixTable, NO_TOKEN, passed } from "./matrix";
import { loopbackCallback, loopbackOrigin, serviceChoice } from "./options";
import { pageFaults } from "./pages";
import { traceCommand } from "./token-command";
import { fillOrder, OrderRefused, type TokenOrder } from "./token-order";
import { TwinDoors } from "./twins";

/** Options of the command. Its help describes each of them. */
export interface LocalOptions {
  readonly port?: string;
  readonly service: readonly string[];
  readonly origin: readonly string[];
  readonly callback: readonly string[];
  readonly matrix?: boolean;
  /** Whether anything that the simulation does not know stops the start. */
  readonly strict?: boolean;
  /** Folder for the log lines of both clouds, which is kept. Default: a folder that is removed when the door closes. */
  readonly logs?: string;
  readonly declaredNode?: boolean;
  readonly format?: string;
  /** Whether the environment's twin is open as well, behind one address. */
  readonly twin?: boolean;
  /** AWS region of the one of the two that is away. */
  readonly fail?: string;
}

/** What an open door prints, by the value of `--format`. */
const GREETINGS = { text: greet, json: greetPrograms } as const;

/** Number of sentences shown to a person; the file has all of them. */
const MOST_CONTRADICTIONS = 20;

/** A sidecar's log line, which may hold the reason, arrives within this time after the answer. */
const SIDECAR_LOG_MILLISECONDS = 100;

/** Time for answers in progress after Ctrl-C. Services and Envoys then have one second to end. */
const GRACE_MILLISECONDS = 2_000;
/** This program then ends, even if something still runs, such as a start that waits for a service. */
const END_MILLISECONDS = GRACE_MILLISECONDS + 1_500;

/** `npm run local -- env`: opens the front door of an environment on this machine, using only its synthesized stack. */
export async function local(environment: string, options: LocalOptions): Promise<void> {
  const services = options.service.map(serviceChoice);
  const format = options.format ?? "text";
  const greeting = formatNamed(format, GREETINGS);
  if (options.matrix && services.length > 0) {
    throw usageError("--matrix tests access only, with an echo in place of each service", "leave out --service");
  }
  if (options.matrix && options.logs !== undefined) {
    throw usageError("--matrix writes no log lines", "leave out --logs");
  }
  if (options.matrix && format !== "text") {
    throw usageError(
      "--matrix prints its table as text alone",
      `leave out --format: the answers are in .build/matrix-${environment}.json`,
    );
  }
  if (options.fail !== undefined && (options.twin !== true || options.matrix)) {
    throw usageError(
      "--fail takes one of two open regions away",
      "use --twin, without --matrix, which takes each away",
    );
  }
  if (descriptorLimit() < LEAST_DESCRIPTORS) {
    const problem = `this process may open ${descriptorLimit()} files and connections, expected at least ${LEAST_DESCRIPTORS}`;
    throw usageError(problem, "allow more (ulimit -n 1024), and start again");
  }
  const props: DoorProps = {
    environment,
    port: portOf(options.port),
    services,
    throttling: !options.matrix,
    strict: options.strict === true,
    declaredNode: options.declaredNode === true,
    forPeople: !options.matrix,
    localOrigins: options.origin.map(loopbackOrigin),
    localCallbacks: options.callback.map(loopbackCallback),
    print: format === "json" ? console.error : console.log,
  };
  removeLeftFolders();
  const logs = options.matrix ? undefined : new LocalLogs(resolve(options.logs ?? doorFolder("logs")));
  const stopped = stopOf(environment, options.matrix ? "not every route was called" : "the front door is closed");
  stopped.then((end) => setTimeout(() => exitWith(end), END_MILLISECONDS).unref());
  const start = performance.now();
  const seen = configState(CONFIG);
  const all = { ...props, ...(logs && { logs }) };
  const twins = options.twin ? new TwinDoors(all) : undefined;
  const door = twins ?? new LocalDoor(all);
  twins?.fail(options.fail);
  try {
    const open = await door.open();
    const called = () => (twins === undefined ? matrix(environment, open) : matrices(twins));
    if (options.matrix) await Promise.race([called(), stopped.then(thrown)]);
    else
      await serve(props, door, open, Math.round(performance.now() - start), {
        stopped,
        greeting,
        logs: logs?.folder ?? "",
        seen,
      });
  } finally {
    await door.close(GRACE_MILLISECONDS);
  }
}

type Door = Pick<LocalDoor, "open" | "running">;

/** The matrix while both are there, and while each of them is away. */
async function matrices(twins: TwinDoors): Promise<void> {
  for (const away of [undefined, ...twins.regions]) {
    twins.fail(away);
    if (away !== undefined) console.log(`\nwithout ${away}:`);
    const { environment, open } = twins.answering;
    await matrix(environment, open);
  }
}

interface Served {
  readonly stopped: Promise<CommandError>;
  readonly greeting: typeof greet;
  /** Folder of the door's logs. */
  readonly logs: string;
  /** State of the config that the door was opened with, or of an older one. */
  readonly seen: string;
}

async function serve(props: DoorProps, door: Door, open: OpenDoor, took: number, { logs, ...served }: Served) {
  const { environment } = props;
  const closeDesk = await openTokenDesk(environment, () => door.running, logs);
  try {
    if (served.greeting === greet) sayTakenPort(props, open.clouds);
    await served.greeting(environment, open, took);
    await untilStopped(environment, door, served);
  } finally {
    await closeDesk();
  }
  thrown(await served.stopped);
}

async function untilStopped(
  environment: string,
  door: Door,
  { stopped, greeting, seen }: Omit<Served, "logs">,
): Promise<void> {
  const unwatch = watchConfig(CONFIG, seen, async () => {
    const start = performance.now();
    try {
      const reopened = await door.open();
      await greeting(environment, reopened, Math.round(performance.now() - start));
    } catch (error) {
      const message = error instanceof CommandError ? error.message : String(error);
      console.error(`${message}\nthe door stays as it was, and says so in ${STALE_HEADER} of each answer`);
    }
  });
  const end = unreported();
  await stopped;
  end();
  await unwatch();
}

async function greet(environment: string, { clouds, grants, apiUrl }: OpenDoor, milliseconds: number): Promise<void> {
  const lines = curlLines(environment, clouds, grants);
  console.log(`${environment}: ${clouds.url}  (ready in ${milliseconds} ms; Ctrl-C closes)`);
  console.log(`why?  ${clouds.pageUrl}  shows why each request was allowed or refused`);
  console.log(`api:  ${apiUrl}  shows every route, and calls it`);
  console.log(`logs: ${traceCommand("<request id>")}  shows a request's lines in the logs of both clouds`);
  for (const deviation of clouds.deviations) console.log(`differs from the stack: ${deviation}`);
  console.log(notSimulatedInWords(clouds.notSimulated));
  console.log(`${lines.join("\n")}\n`);
  sayRequests(clouds);
}

/** One line of JSON: what a program needs to call the door and to show its pages. */
async function greetPrograms(environment: string, { clouds, apiUrl }: OpenDoor, milliseconds: number): Promise<void> {
  const { url, pageUrl, deviations, notSimulated } = clouds;
  const pages = { why: pageUrl, api: apiUrl };
  console.log(JSON.stringify({ environment, url, pages, milliseconds, deviations, notSimulated }));
}

/** One line for each request, if a person watches. */
function sayRequests({ trace, explaining }: Clouds): void {
  if (!process.stderr.isTTY) return;
  trace.requests.onEnd((request) => {
    setTimeout(() => say(requestLine(request, explaining)), SIDECAR_LOG_MILLISECONDS).unref();
  });
}

function sayTakenPort({ port }: DoorProps, clouds: Clouds): void {
  const taken = Number(new URL(clouds.url).port);
  if (port !== undefined || taken === PORTS.gateway) return;
  console.log(`port ${PORTS.gateway} is taken: this front door has ${taken} (--port chooses another)`);
}

function thrown(end: CommandError): never {
  throw end;
}

function exitWith({ message, exitCode }: CommandError): never {
  console.error(message);
  process.exit(exitCode);
}

async function matrix(environment: string, { clouds, intent }: OpenDoor): Promise<void> {
  const start = performance.now();
  const { kind, routeKeys } = clouds.gateway;
  const keys = keysOfOne(kind, routeKeys);
  const called = await callMatrix(environment, clouds, routeGrants(environment), requestsOf(intent, keys));
  const unsure = clouds.stack.consulted.map(({ message }) => `${message}: no answer that depends on it is certain`);
  const { cors } = intent.gateway;
  const pages = cors === undefined ? [] : await pageFaults(clouds, cors, called);
  const others = [...pages, ...brokenInMatrix(intent, called.cells, keys), ...ledgerFaults(environment), ...unsure];
  const result = { ...called, contradictions: [...called.contradictions, ...others] };
  const file = join(BUILD, `matrix-${environment}.json`);
  writeWhole(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(matrixTable(result));
  for (const deviation of [...clouds.deviations, ...clouds.nodeDeviations])
    console.log(`\ndiffers from the stack: ${deviation}`);
  console.log(`\n${notSimulatedInWords(clouds.notSimulated)}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const past = result.past.length === 0 ? "" : `, and ${result.past.length} past the gateway,`;
  console.log(`\n${environment}: ${result.cells.length} calls${past} in ${seconds} s; written to ${shownPath(file)}`);
  if (result.contradictions.length === 0) {
    console.log(`every answer is what synthesized/${environment}/access.md says`);
    const kept = intent.expectations.filter(({ action }) => action === "call").length;
    if (kept > 0) console.log(`the answers keep ${kept === 1 ? "1 expectation" : `${kept} expectations`} about calls`);
    return;
  }
  const shown = result.contradictions.slice(0, MOST_CONTRADICTIONS);
  const left = result.contradictions.length - shown.length;
  const more = left > 0 ? [`and ${left} more, in ${shownPath(file)}`] : [];
  const summary = `${environment}: behaviour contradicts synthesized/${environment}/access.md`;
  throw projectError([...shown, ...more, summary].join("\n"));
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usageError(`--port ${text}: expected a number up to 65535`);
}

/**
 * Resolves with the command's end on Ctrl-C, when the terminal closes, or when the reader of standard output or npm ends.
 *
 * @param left what the end leaves
 */
function stopOf(environment: string, left: string): Promise<CommandError> {
  const signal = firstSignal().then((first) => interruptedBy(first, environment, left));
  const unread = new Promise<CommandError>((resolve) => {
    process.stdout.on("error", () => resolve(interruptedBy("SIGHUP", environment, left)));
  });
  return Promise.race([signal, unread, ofNpm().then(() => interruptedBy("SIGHUP", environment, left))]);
}

/** Time between two looks at the parent, in milliseconds. */
const PARENT_MILLISECONDS = 500;

/**
 * Resolves when npm, which started this process, has ended. npm passes a signal on to its shell alone, so `kill` of
 * `npm run local` would leave the door open. Never resolves without npm.
 */
function ofNpm(): Promise<void> {
  if (process.env.npm_lifecycle_event === undefined) return new Promise(() => {});
  const parent = process.ppid;
  return new Promise((resolve) => {
    setInterval(() => process.ppid !== parent && resolve(), PARENT_MILLISECONDS).unref();
  });
}

/**
 * Starts the server from which `npm run token` gets tokens of an open front door, whose issuers' keys exist only in its
 * memory. The server listens on 127.0.0.1 and answers only clients that can read the door's file, which a page in a
 * browser cannot.
 *
 * @param clouds returns the current clouds, which a changed config replaces
 * @param logs folder of the door's logs, for `npm run trace`
 * @returns a function that closes the server
 */
async function openTokenDesk(environment: string, clouds: () => Clouds, logs: string) {
  const secret = randomBytes(32).toString("base64url");
  const server = new LocalServer((request) => answer(request, secret, clouds));
  const file = { url: await server.start(0), secret, logs };
  writeDoorFile(environment, file);
  return async (): Promise<void> => {
    removeDoorFile(environment, file);
    await server.stop();
  };
}

async function answer(request: LocalRequest, secret: string, clouds: () => Clouds): Promise<LocalAnswer> {
  const [given = ""] = headerValues(request, "authorization");
  if (!same(given, `Bearer ${secret}`)) return { status: 403, body: "this door has another secret" };
  if (request.method !== "POST" || request.target !== "/token") return { status: 404, body: "POST /token alone" };
  try {
    return { status: 200, body: await fillOrder(clouds(), JSON.parse(request.body) as TokenOrder) };
  } catch (error) {
    if (!(error instanceof OrderRefused)) throw error;
    return { status: 400, body: error.message };
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

type Expecting = Pick<Intent, "clients" | "expectations" | "issuers">;

/** A request for each route that a target of an expectation reaches. */
function requestsOf({ expectations }: Expecting, keys: RouteKeys): readonly Reached[] {
  return expectations
    .filter(({ action }) => action === "call")
    .flatMap(({ targets, except }) =>
      targets.flatMap((target) => [...reachedBy(target, keys, { except }), ...namedBy(target, keys)]),
    );
}

/** The expectations about calls that the door's answers break, one sentence each. */
export function brokenInMatrix(intent: Expecting, cells: readonly Cell[], keys: RouteKeys): readonly string[] {
  const tried = new Set(cells.map(({ caller }) => (caller === NO_TOKEN ? ANYONE : caller)));
  const access = accessOf(
    cells,
    callersOfIntent(intent).filter(({ name }) => tried.has(name)),
    keys,
  );
  return intent.expectations
    .filter(({ action }) => action === "call")
    .flatMap((each) => brokenCalls(each, access))
    .filter(({ principal, got }) => got === "missing" || tried.has(principal))
    .map((breach) => {
      const { place } = breach.expectation;
      return `got ${gotOf(breach)}, expected: ${sentence(breach.expectation)} (${place.file}:${place.line})`;
    });
}

/** The access that the answers show. A 401 means that a token was missing; a 403 does not give its reason. */
function accessOf(cells: readonly Cell[], callers: CallAccess["callers"], keys: RouteKeys): CallAccess {
  const keyOf = ({ request, another }: { readonly request: string; readonly another?: number }) =>
    `${request} ${another ?? ""}`;
  const by = groupedBy(cells, keyOf);
  // A route that compares no segment answers for the paths of all callers.
  const answersTo = (asked: Asked): readonly Cell[] =>
    by.get(keyOf(asked)) ?? by.get(keyOf({ request: asked.request })) ?? [];
  return {
    callers,
    keys,
    admitted: (asked) =>
      answersTo(asked)
        .filter(passed)
        .map(({ caller }) => (caller === NO_TOKEN ? ANYONE : caller)),
    refusal: (caller, asked) => {
      const withoutToken = answersTo(asked).find((cell) => cell.caller === NO_TOKEN);
      return caller === ANYONE && withoutToken?.status === 401 ? "authorization-count" : undefined;
    },
  };
}

/** Time between two looks, in milliseconds. */
const LOOK_MILLISECONDS = 150;

/**
 * What identifies the content of the YAML and JSON files in and below a folder: path, inode, size and time of change of
 * each. Empty if the folder cannot be read.
 */
export function configState(folder: string): string {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .sort()
      .map((name) => {
        const stats = statSync(join(folder, name), { throwIfNoEntry: false });
        return [name, stats?.ino, stats?.size, stats?.mtimeMs, stats?.ctimeMs].join(" ");
      })
      .join("\n");
  } catch {
    return "";
  }
}

/**
 * Calls back when the folder's state differs from the last one for which it called, and stayed the same for one look:
 * editors write a file in several steps. Calls do not overlap: a change during a call causes one more. Returns a
 * function that stops watching, after any call in progress.
 *
 * It looks instead of using `fs.watch`, which follows an inode: in Node 20 and 22 on Linux it misses every change after a file is
 * replaced by a rename, which is how many editors save.
 *
 * @param seen state for which the caller has already acted
 */
export function watchConfig(
  folder: string,
  seen: string,
  changed: () => Promise<void>,
  lookMilliseconds = LOOK_MILLISECONDS,
): () => Promise<void> {
  let [acted, last] = [seen, seen];
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const state = configState(folder);
    const isQuiet = state === last;
    last = state;
    if (!isQuiet || state === acted) return;
    acted = state;
    running = running.then(changed);
  }, lookMilliseconds);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
