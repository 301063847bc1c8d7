import { type Effect, type RowChange, rowOf } from "../model/change";
import type { Fact } from "../model/fact";
import { calledRoute } from "../model/row";
import { groupedBy } from "../terraform-json/order";
import { type AccessLine, type Report, shownLosses } from "./report";
import { rowSentence } from "./sentences";
import { EFFECTS, SIGNS } from "./words";

/** Maximum paths that one line of a digest names. */
const MOST_PATHS = 4;

/** Maximum lines of a digest, and maximum losses that it names before it counts the rest. */
const MOST_LINES = { all: 15, losses: 3 } as const;

/** What drift did to access, the worst first. */
const OPENED = [
  ["broadened", ", which broadened access"],
  ["unjudged", ", and a person judges whether that broadened access"],
] as const;

/**
 * The whole change on at most 15 lines, for readers who read no further: access gained and lost, losses, and the other
 * services with changes.
 */
export function digest(report: Report): readonly string[] {
  const { verdict, access, groups, drift, driftAccess, handshake } = report;
  const people = access.filter(isForPeople);
  const others = access.filter((line) => !isForPeople(line));
  const opened = OPENED.find(([each]) => driftAccess.some(({ effect }) => effect === each));
  const before = [handshake ?? "", verdict.changes].filter((line) => line !== "");
  const after = [
    ...EFFECTS.flatMap((effect) => counted(others, effect)),
    ...cut(
      shownLosses(report).map(
        ({ action, address, loss }) => `${action}: ${address}${loss === undefined ? "" : ` (data at risk)`}`,
      ),
      MOST_LINES.losses,
      "more destroyed or replaced",
    ),
    ...(drift.length > 0 ? [`${drift.length} drifted, changed outside Terraform${opened?.[1] ?? ""}`] : []),
    ...(groups.length > 0
      ? [`changes in ${groups.map(({ service, changes }) => `${service} ${changes.length}`).join(", ")}`]
      : []),
  ];
  const named = EFFECTS.flatMap((effect) => byPrincipal(people, effect));
  return [...before, ...cut(named, MOST_LINES.all - before.length - after.length, "more changes of access"), ...after];
}

/** Principals that are callers or people, and not a hop of a request between roles and accounts. */
const PEOPLE: ReadonlySet<Fact["kind"]> = new Set<Fact["kind"]>([
  ...(["account-administrators", "any-principal", "any-principal-except", "anyone", "app-client"] as const),
  ...(["aws-account", "google-public", "issuer", "key-holder", "not-read", "pages", "permitted"] as const),
  ...(["policy-holders", "stated", "token-holders", "tokenless-callers"] as const),
]);

/** Whether a line concerns callers, people or a protection. */
function isForPeople({ change }: AccessLine): boolean {
  if (change === undefined) return true;
  const row = rowOf(change);
  return calledRoute(row) !== undefined || PEOPLE.has(row.principal.kind);
}

/** One line for each principal and ending, with all its calls that are gained, lost or changed. */
function byPrincipal(lines: readonly AccessLine[], effect: Effect): readonly string[] {
  const sign = SIGNS[effect];
  const calls = new Map<string, { readonly change: RowChange; readonly routes: string[] }>();
  const past: string[] = [];
  const single: string[] = [];
  for (const line of lines) {
    if (line.effect !== effect) continue;
    const { change, sentence } = line;
    const route = change && routeIn(change);
    if (change !== undefined && rowOf(change).action.kind === "call-past") past.push(`${sign} ${sentence}`);
    else if (change === undefined || route === undefined) single.push(`${sign} ${sentence}`);
    else {
      // Lines with the same text around the route become one line.
      const key = rowSentence(change, "");
      const known = calls.get(key) ?? { change, routes: [] };
      known.routes.push(route);
      calls.set(key, known);
    }
  }
  const grouped = [...calls.values()].map(({ change, routes }) => `${sign} ${rowSentence(change, joined(routes))}`);
  // What passes no gateway comes first.
  return [...past, ...grouped, ...single];
}

/** The lines of a report, with one line for all routes of a caller that change alike, for the same line of the config. */
export function alike(lines: readonly AccessLine[]): readonly AccessLine[] {
  return groupsAlike(lines).map(([shown]) => shown);
}

/** The same lines, each with those that it stands for. */
export function groupsAlike(
  lines: readonly AccessLine[],
): readonly (readonly [shown: AccessLine, all: readonly AccessLine[]])[] {
  const groups = groupedBy(lines, (line) => {
    const { change, effect, parts, shown, source, sentence } = line;
    const isCall = change !== undefined && routeIn(change) !== undefined;
    return JSON.stringify([effect, isCall ? rowSentence(change, "") : sentence, parts, shown, source?.text]);
  });
  return [...groups.values()].map((group) => {
    const [first, ...others] = group as readonly [AccessLine, ...AccessLine[]];
    const routes = group.flatMap(({ change }) => (change && routeIn(change)) ?? []);
    if (others.length === 0 || first.change === undefined || routes.length === 0) return [first, group];
    return [{ ...first, sentence: rowSentence(first.change, joined(routes, routes.length)) }, group];
  });
}

/** The route of a call; undefined for a route that is no longer without callers, which has a sentence of its own. */
function routeIn(change: RowChange): string | undefined {
  const row = rowOf(change);
  return row.principal.kind === "no-caller" && change.after === undefined ? undefined : calledRoute(row);
}

/** The number of grants between roles, accounts and services that are gained or lost. The report lists them below. */
function counted(lines: readonly AccessLine[], effect: Effect): readonly string[] {
  const count = lines.filter((line) => line.effect === effect).length;
  return count === 0 ? [] : [`${SIGNS[effect]} ${count} ${count === 1 ? "grant" : "grants"} between cloud resources`];
}

/** `GET|PUT /carts/{id}, POST /orders` */
function joined(calls: readonly string[], most = MOST_PATHS): string {
  const byPath = groupedBy(calls, (call) => call.split(" ")[1] ?? "");
  const texts = [...byPath].map(([path, same]) => `${same.map((call) => call.split(" ")[0]).join("|")} ${path}`);
  if (texts.length <= most) return texts.join(", ");
  return `${texts.slice(0, most - 1).join(", ")} and ${texts.length - most + 1} more paths`;
}

function cut(lines: readonly string[], most: number, what: string): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `and ${lines.length - most + 1} ${what}`];
}
