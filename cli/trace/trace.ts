import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import type { Intent } from "../../intent/model/intent";
import { placesOf as linesOf } from "../../intent/schema/places";
import { twinsOf } from "../../intent/schema/twin-files";
import { DOOR_FILES } from "../../packages/local-front-door/logs/local-logs";
import { routesInWords } from "../../packages/local-front-door/page/headline";
import { callerText } from "../../packages/local-front-door/page/presented-caller";
import { printable } from "../../packages/local-front-door/trace/printable";
import { withheld } from "../../packages/local-front-door/trace/withheld";
import { authorizerPolicy, policySource } from "../../stacks/authorizer-policy";
import { doorFileName, openDoors, readDoorFile } from "../local/door-file";
import { projectError, usageError } from "../process/command-error";
import { formatNamed } from "../process/format-option";
import { withProgress } from "../process/progress";
import { CONFIG, SYNTHESIZED, shownPath } from "../process/project";
import { committedStack } from "../process/synthesized";
import { readIntents, select } from "../synthesis/intents";
import { placesBy, routeLines } from "../synthesis/sources";
import { type AccessLine, accessLine, decisionLine } from "./lines";
import { type LogSource, requireQueryable, Unreadable } from "./log-source";
import type { Story, StoryEvent } from "./model";
import { placesOf, type TracePlaces } from "./places";
import type { Period } from "./queries";
import { type RequestRef, requestRef } from "./request-ref";
import { CloudSource, folderSource } from "./sources";
import { StoryBuilder } from "./story";

/** Options of the command. Its help describes each of them. */
export interface TraceOptions {
  readonly format?: string;
  readonly since?: string;
  readonly timeout?: string;
  readonly lastRefused?: boolean;
  readonly client?: string;
  readonly status?: string;
  readonly folder?: string;
}

const FORMATS: Readonly<Record<string, (story: Story) => string>> = { text: storyText, json: storyJson };

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY };

/** `front-door trace <env> <id>`: one request's lines in the logs of both clouds, as one ordered story. */
export async function trace(environment: string, id: string | undefined, options: TraceOptions): Promise<void> {
  const { format = "text" } = options;
  const print = formatNamed(format, FORMATS);
  const wanted = wantedOf(id, options);
  const now = Date.now();
  const period = { from: now - sinceOf(options.since), to: now + 60_000 };
  const timeoutSeconds = secondsOf(options.timeout);
  const { places, source } = opened(environment, options, timeoutSeconds);
  const what = `${environment}: reading the logs of ${environment === LOCAL ? "this machine" : "both clouds"}`;
  const story = await withProgress(what, tell(places, source, wanted, period, format === "text"));
  console.log(print(story));
  if (story.events.length === 0) {
    throw projectError(`${environment}: nothing was found in the logs that could be read`);
  }
}

function opened(environment: string, { folder }: TraceOptions, timeoutSeconds: number) {
  if (environment !== LOCAL) {
    if (folder !== undefined) throw usageError(`--folder: only with ${LOCAL}`);
    const places = deployedPlaces(environment);
    return { places, source: new CloudSource({ places, timeoutSeconds }) };
  }
  const local = localPlaces(folder);
  return { places: local.places, source: folderSource(local.folder) };
}

async function tell(
  places: TracePlaces,
  source: LogSource,
  wanted: RequestRef | RequestFilter,
  period: Period,
  listsAloud: boolean,
): Promise<Story> {
  const { environment } = places;
  const ref = "kind" in wanted ? wanted : await newest(places, source, wanted, period, listsAloud);
  const story = await new StoryBuilder(places, source, period).of(ref);
  if (story !== undefined) return story;
  const [, twin] = twinsOf(CONFIG, environment).all;
  const elsewhere = twin === undefined ? "" : `; ${twin} may have answered: look there as well`;
  throw projectError(
    `${environment}: no log has a line of ${ref.id}`,
    `lines arrive within a minute; look further back with --since 7d; for a REST API, use x-amz-apigw-id${elsewhere}`,
  );
}

async function newest(
  places: TracePlaces,
  source: LogSource,
  wanted: RequestFilter,
  period: Period,
  listsAloud: boolean,
): Promise<RequestRef> {
  const lines = await requestsLike(places, source, wanted, period).catch((error) => {
    if (!(error instanceof Unreadable)) throw error;
    throw projectError(`${error.half} could not be read: ${error.message}`, error.remedy);
  });
  const [first] = lines;
  if (first === undefined) {
    throw projectError(`${places.environment}: no such request in this period`, "look further back with --since 7d");
  }
  if (listsAloud && wanted.status !== "refused") console.log(`${safe(listText(lines)).join("\n")}\n`);
  return { kind: "request", id: first.requestId };
}

function wantedOf(id: string | undefined, { lastRefused, client, status }: TraceOptions): RequestRef | RequestFilter {
  const ways = [id !== undefined, lastRefused === true, status !== undefined].filter(Boolean).length;
  if (ways !== 1) {
    throw usageError("expected one of: a request id, a traceparent or a trace id; --last-refused; --status <status>");
  }
  if (id !== undefined && client === undefined) return requestRef(id);
  if (id !== undefined) throw usageError("--client: goes with --status or --last-refused");
  if (status !== undefined && !/^[1-5]\d\d$/.test(status)) {
    throw usageError(`--status ${status}: expected three digits, as in --status 403`);
  }
  return { status: status ?? "refused", ...(client !== undefined && { client: clientOf(client) }) };
}

function clientOf(text: string): string {
  try {
    return requireQueryable(text);
  } catch {
    throw usageError(`--client ${JSON.stringify(text)}: expected a name in access.md`);
  }
}

function sinceOf(text: string | undefined): number {
  if (text === undefined) return DAY;
  const [, count, unit = ""] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && Number(count) > 0) return Number(count) * (UNITS[unit] ?? 0);
  throw usageError(`--since ${text}: expected minutes, hours or days, as in 30m, 6h or 2d`);
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return 60;
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return Number(text);
  throw usageError(`--timeout ${text}: expected seconds, as in --timeout 120`);
}

/** The name of this machine's front door, in place of an environment. */
const LOCAL = "local";

/** A deployed environment, from its committed files. */
function deployedPlaces(environment: string): TracePlaces {
  return placesOf(environment, committedStack(environment, LOCAL), routesOf(environment));
}

/** The requirements of the routes. Empty if config is broken, because a person may be looking for that very failure. */
function routesOf(environment: string): TracePlaces["routes"] {
  const path = join(SYNTHESIZED, environment, POLICY_FILE);
  try {
    const policy: AuthorizerPolicy = existsSync(path)
      ? JSON.parse(readFileSync(path, "utf8"))
      : authorizerPolicy(intentOf(environment));
    return routesInWords(Object.keys(policy.routes), {
      ruleOf: (route) => policy.routes[route],
      callerOf: () => undefined,
      placeOf: routeLinesOf(environment),
    });
  } catch {
    return {};
  }
}

/** The lines of the routes. None if config is broken. */
function routeLinesOf(environment: string): (route: string) => string | undefined {
  try {
    const sources = new Map([[POLICY_FILE, policySource(intentOf(environment))]]);
    return routeLines(placesBy(sources, () => linesOf(CONFIG, environment)));
  } catch {
    return () => undefined;
  }
}

function intentOf(environment: string): Intent {
  return select(readIntents(), [environment])[0] as Intent;
}

interface LocalPlaces {
  readonly places: TracePlaces;
  readonly folder: string;
}

/** The open front door of this machine, or a folder that one has written. */
function localPlaces(folder: string | undefined): LocalPlaces {
  const found = folder ?? openFolder();
  const [stack, routes] = [join(found, DOOR_FILES.stack), join(found, DOOR_FILES.routes)];
  if (!existsSync(stack) || !existsSync(routes)) {
    throw usageError(`${found}: got no ${DOOR_FILES.stack}, expected a folder that a local front door has written`);
  }
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  return { folder: found, places: placesOf(LOCAL, read(stack), read(routes)) };
}

function openFolder(): string {
  const doors = openDoors().flatMap((environment) => {
    const folder = readDoorFile(environment)?.logs;
    return folder === undefined ? [] : [{ environment, folder }];
  });
  const [door, second] = doors;
  if (door === undefined) {
    throw usageError(
      `no front door is open here\n    open one in another terminal: npm run local -- <environment>\n` +
        "    or name the folder that one has written: --folder <folder>",
    );
  }
  if (second === undefined) return door.folder;
  const lines = doors.map((each) => `    ${doorFileName(each.environment)}: --folder ${shownPath(each.folder)}`);
  throw usageError(`${doors.length} front doors are open here: name a folder\n${lines.join("\n")}`);
}

const NAMES: Readonly<Record<StoryEvent["at"], string>> = {
  gateway: "gateway",
  authorizer: "authorizer",
  exchange: "Google STS",
  token: "Google IAM",
  "cloud-run": "Cloud Run",
  envoy: "Envoy",
  service: "service",
};

/** Longest text of one event, in characters. */
const LONGEST = 400;

/** Shortest time between two lines that the text mentions, in milliseconds. */
const GAP_MILLISECONDS = 100;

/** The story without anything that could be used as a credential, and without control characters for the terminal. */
function safe<T>(value: T): T {
  return plain(withheld(value)) as T;
}

function plain(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** For a terminal. */
export function storyText(given: Story): string {
  const story = safe(given);
  const { events, notes, unread } = story;
  return [
    ...head(story),
    "",
    ...timed(story),
    ...(events.length > 0 && notes.length + unread.length > 0 ? [""] : []),
    ...notes.map((note) => `note: ${note}`),
    ...unread.flatMap(({ half, message, remedy }) => [`${half} could not be read: ${message}`, `    ${remedy}`]),
  ].join("\n");
}

function head(story: Story): readonly string[] {
  const { environment, route, status, milliseconds, who, actor, why, place } = story;
  const duration = milliseconds === undefined ? undefined : `${milliseconds} ms`;
  const ids = [
    ["request id", story.requestId],
    ["trace id", story.traceId],
    ["X-Ray trace id", story.xrayTraceId],
  ].flatMap(([name, id]) => (id === undefined ? [] : [`${name} ${id}`]));
  return [
    [`${environment}:`, route ?? "no route", status ?? "(status unknown)", duration].filter(Boolean).join("  "),
    `who: ${who === undefined ? "no verified caller" : callerText(who, actor)}`,
    `why: ${[why, place].filter(Boolean).join("; ")}`,
    ...(ids.length === 0 ? [] : [ids.join(", ")]),
  ];
}

/** Time of day, time since the gateway got the request, duration, and what happened. */
function timed({ events, startedAt }: Story): readonly string[] {
  const zero = startedAt ?? events[0]?.startedAt ?? 0;
  const lines: string[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const { at, startedAt: begun, milliseconds, text, joined, filledTheCache } of events) {
    const gap = begun - until;
    // A gap before a line of an earlier request means nothing.
    const isOwn = begun >= zero && !filledTheCache;
    if (isOwn && gap >= GAP_MILLISECONDS) lines.push(`${"".padEnd(13)} ${Math.round(gap)} ms without a line`);
    if (isOwn)
      until =
        until === Number.POSITIVE_INFINITY
          ? begun
          : Math.max(until, begun + (at === "gateway" ? 0 : (milliseconds ?? 0)));
    const cut = text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
    const took = milliseconds === undefined ? "" : `${Math.round(milliseconds)} ms`;
    lines.push(
      `${new Date(begun).toISOString().slice(11, 23)} ${offset(begun - zero).padStart(9)} ${took.padStart(8)}  ${NAMES[at].padEnd(10)}  ${cut}`,
    );
    lines.push(`${"".padEnd(45)}joined by ${joined.exact ? "" : "(inexact) "}${joined.by}`);
  }
  return lines;
}

function offset(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  const sign = rounded < 0 ? "-" : "+";
  const size = Math.abs(rounded);
  return size < 10_000 ? `${sign}${size} ms` : `${sign}${Math.round(size / 1000)} s`;
}

/** The story as JSON for programs. `version` changes when a field changes. */
export function storyJson(story: Story): string {
  const iso = (at: number) => new Date(at).toISOString();
  const { startedAt, events, ...rest } = safe(story);
  const shown = {
    version: 1,
    ...rest,
    ...(startedAt !== undefined && { startedAt: iso(startedAt) }),
    events: events.map(({ startedAt: begun, ...event }) => ({ startedAt: iso(begun), ...event })),
  };
  return JSON.stringify(shown, null, 2);
}

/** Which requests to list. */
interface RequestFilter {
  /** `customers/web`, as logs name clients. */
  readonly client?: string;
  /** Exact status, or every status from 400 on. */
  readonly status: string | "refused";
}

/** Number of requests that are listed. */
const LISTED = 20;

/**
 * The newest requests that fit. A client's requests are those with its tokens, and those in which it acts for another. A
 * refused request names them only in the authorizer's log.
 */
export async function requestsLike(
  places: TracePlaces,
  source: LogSource,
  { client, status }: RequestFilter,
  period: Period,
): Promise<readonly AccessLine[]> {
  const statuses =
    status === "refused"
      ? { field: "status", how: "startsWith" as const, values: ["4", "5"] }
      : { field: "status", values: [status] };
  const decisionGroups = Object.values(places.decisionGroups);
  const limit = client === undefined ? LISTED : 1000;
  const fields = client === undefined || decisionGroups.length === 0 ? [] : ["client", "actor"];
  const [access, ...decisions] = await Promise.all([
    source.cloudWatch({ groups: places.accessGroups, where: [statuses], ...period, limit }),
    ...fields.map((field) => {
      const where = [{ field, values: client === undefined ? [] : [client] }];
      return source.cloudWatch({ groups: decisionGroups, where, ...period, limit });
    }),
  ]);
  const own = new Set(decisions.flat().flatMap((row) => decisionLine(row, () => "any")?.requestId ?? []));
  const lines = access.flatMap((row) => accessLine(row) ?? []);
  const fitting = lines.filter(
    (line) => client === undefined || [line.client, line.actor].includes(client) || own.has(line.requestId),
  );
  return fitting.sort((one, other) => other.startedAt - one.startedAt).slice(0, LISTED);
}

export function listText(lines: readonly AccessLine[]): readonly string[] {
  const width = Math.max(0, ...lines.map(({ route = "no route" }) => route.length));
  return lines.map(({ startedAt, requestId, status, route = "no route", client = "-", actor }) =>
    [
      ...[new Date(startedAt).toISOString(), requestId.padEnd(16), status, route.padEnd(width)],
      callerText(client, actor),
    ]
      .join("  ")
      .trimEnd(),
  );
}
