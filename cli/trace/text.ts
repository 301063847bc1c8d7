import { callerText } from "../../packages/local-front-door/page/presented-caller";
import { printable } from "../../packages/local-front-door/trace/printable";
import { withheld } from "../../packages/local-front-door/trace/withheld";
import { type AccessLine, accessLine, decisionLine } from "./lines";
import type { LogSource } from "./log-source";
import type { Story, StoryEvent } from "./model";
import type { TracePlaces } from "./places";
import type { Period } from "./queries";

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
export function safe<T>(value: T): T {
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
export interface RequestFilter {
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
