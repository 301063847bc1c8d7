import { type BoundSegment, OTHER_TEXT, ownSegments } from "../../contract/route-access";
import type { Reached } from "../../contract/route-selection";
import { ANYONE } from "../../intent/model/expectation";
import type { Clouds } from "../../packages/local-front-door/clouds";
import type { RouteGrant } from "../expectations/ledger";
import { counting } from "../process/progress";
import { type Answer, answerPast, answerTo, callOf, claimsIn } from "./requests";

/** The result of one caller's call of one route. */
export interface Cell {
  readonly route: string;
  /** A call of the route: `GET /orders/7`. */
  readonly request: string;
  /** The call under the caller's own path, if that is another one. */
  readonly sent?: string;
  /** Position of the segment that is another caller's, in a call which the route must refuse for its path. */
  readonly another?: number;
  readonly caller: string;
  readonly status: number;
  /** Name of the service that answered, if a service answered and gave its name. */
  readonly service?: string;
  /** Whether the ledger allows the call. */
  readonly allowed: boolean;
}

export interface Matrix {
  readonly environment: string;
  readonly callers: readonly string[];
  readonly routes: readonly string[];
  readonly cells: readonly Cell[];
  /** The same calls past the gateway, for services that accept them from any caller. */
  readonly past: readonly Cell[];
  /** The differences between behaviour and ledger, one sentence each. */
  readonly contradictions: readonly string[];
}

/** The caller without a token. */
export const NO_TOKEN = "no token";

/** Concurrent calls: enough to keep two functions busy, few enough for any machine. */
const CONCURRENCY = 8;

/**
 * Calls every route as every declared caller and without a token, and compares the answers with the ledger.
 *
 * @param more further requests, with the routes that must take them
 */
export async function callMatrix(
  environment: string,
  clouds: Clouds,
  grants: readonly RouteGrant[],
  more: readonly Reached[] = [],
): Promise<Matrix> {
  const tokens = new Map<string, string | undefined>([[NO_TOKEN, undefined]]);
  for (const caller of clouds.callers) tokens.set(caller.name, await caller.token());
  const routes = [...clouds.gateway.routeKeys].sort();
  const callers = [...tokens.keys()];
  const granted = new Set(grants.map(({ principal, route }) => `${principal}\n${route}`));
  const bound = new Map(grants.filter(({ own }) => own.length > 0).map(({ route, own }) => [route, own]));
  const grid = (some: readonly string[], others: readonly Reached[] = []): readonly Call[] => {
    const calls = [...new Map([...some.map(oneCallOf), ...others].map((each) => [each.request, each])).values()];
    return calls
      .flatMap(({ key: route, request }) => callers.map((caller) => ({ route, request, caller })))
      .flatMap((call) => underPaths(call, bound.get(call.route) ?? [], tokens.get(call.caller)));
  };
  const { pastGateway } = clouds;
  const pastCalls = pastGateway.flatMap(({ url, routes: own }) => grid(own).map((call) => ({ ...call, url })));
  const calls = grid(routes, more);
  const total = calls.length + pastCalls.length;
  const count = counting(`${environment}: calling every route as every caller`, total);
  const called = <C extends Call>(some: readonly C[], ask: (call: C, token: string | undefined) => Promise<Answer>) =>
    inParallel(some, async (call): Promise<Cell> => {
      count.next();
      const { route, request, sent, another, caller } = call;
      const isGranted =
        granted.has(`${ANYONE}\n${route}`) || (caller !== NO_TOKEN && granted.has(`${caller}\n${route}`));
      const allowed = isGranted && another === undefined;
      const answer = await ask(call, tokens.get(caller));
      return { route, request, ...(sent && { sent }), ...(another && { another }), caller, ...answer, allowed };
    });
  const cells = await called(calls, (call, token) => answerTo(clouds.url, sentIn(call), token));
  const past = await called(pastCalls, ({ url, ...call }, token) => answerPast(clouds.tls, url, sentIn(call), token));
  count.end();
  const contradictions = [
    ...cells.flatMap((cell) => contradiction(cell, grants)),
    ...past.flatMap((cell) => contradiction(cell, grants).map((sentence) => `past the gateway, ${sentence}`)),
    ...unknownRows(grants, routes, callers),
  ];
  return { environment, callers, routes, cells, past, contradictions };
}

type Call = Pick<Cell, "route" | "request" | "sent" | "another" | "caller">;

function sentIn({ request, sent = request }: Call): string {
  return sent;
}

/** The call under the caller's own path and, for each segment that the route compares, under another caller's. */
function underPaths(call: Call, bound: readonly BoundSegment[], token: string | undefined): readonly Call[] {
  if (bound.length === 0) return [call];
  const own = ownSegments(bound, claimsIn(token));
  const sent = (texts: ReadonlyMap<number, string>) => requestWith(call.request, texts);
  return [
    sent(own) === call.request ? call : { ...call, sent: sent(own) },
    ...bound.map(({ segment }) => ({
      ...call,
      sent: sent(new Map([...own, [segment, OTHER_TEXT]])),
      another: segment,
    })),
  ];
}

/** A request with these texts as segments of its path, by position. */
function requestWith(request: string, texts: ReadonlyMap<number, string>): string {
  const segments = request.split("/");
  return segments
    .map((segment, position) => (texts.has(position) ? encodeURIComponent(texts.get(position) ?? "") : segment))
    .join("/");
}

function oneCallOf(key: string): Reached {
  const { method, path } = callOf(key);
  return { key, request: `${method} ${path}` };
}

/** The echo runs behind the door and accepts every request. */
export function passed({ status }: Cell): boolean {
  return status >= 200 && status < 300;
}

function contradiction(cell: Cell, grants: readonly RouteGrant[]): readonly string[] {
  const { route, caller, status, service, allowed } = cell;
  const call = sentIn(cell) === oneCallOf(route).request ? route : `${route} (${sentIn(cell)})`;
  if (!allowed) {
    if (status === 401 || status === 403) return [];
    if (cell.another !== undefined) return [`${caller} got ${status} from ${call}, whose path is another caller's`];
    const row = grants.find((grant) => grant.route === route);
    const near = row === undefined ? "no row names this route" : `the first row of the route: ${inWords(row)}`;
    return [`${caller} got ${status} from ${call}, which no row of access.md lets it call; ${near}`];
  }
  const row = grants.find(
    (grant) => grant.route === route && (grant.principal === caller || grant.principal === ANYONE),
  );
  if (passed(cell)) {
    if (service === undefined || row?.service === service) return [];
    return [`${caller} reached ${service} by ${call}, against the row ${row && inWords(row)}`];
  }
  return [`${caller} got ${status} from ${call}, against the row ${row && inWords(row)}`];
}

/**
 * Rows about routes or callers that the running stack does not have. They show that the ledger belongs to another stack.
 */
function unknownRows(
  grants: readonly RouteGrant[],
  routes: readonly string[],
  callers: readonly string[],
): readonly string[] {
  const isKnown = ({ principal }: RouteGrant) =>
    principal === undefined || principal === ANYONE || callers.includes(principal);
  return grants
    .filter((grant) => !isKnown(grant) || !routes.includes(grant.route))
    .map((grant) => `the stack has no such ${isKnown(grant) ? "route" : "caller"}: ${inWords(grant)}`);
}

function inWords({ cells: { principal, permission, resource } }: RouteGrant): string {
  return `| ${principal} | ${permission} | ${resource} |`;
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}

/** The matrix for a terminal: `200` passed, `(403)` was refused, `!` differs from the ledger. */
export function matrixTable({ callers, routes, cells }: Matrix): string {
  const width = Math.max(...routes.map((route) => route.length));
  const columns = callers.map((_, index) => `${index + 1}`.padStart(7)).join("");
  const rows = routes.map((route) => {
    const answers = callers.map((caller) => {
      const cell = cells.find((each) => each.route === route && each.caller === caller);
      if (cell === undefined) return "".padStart(7);
      const through = passed(cell);
      return `${through ? ` ${cell.status} ` : `(${cell.status})`}${through === cell.allowed ? " " : "!"}`.padStart(7);
    });
    return `${route.padEnd(width)}${answers.join("")}`.trimEnd();
  });
  const legend = callers.map((caller, index) => `${`${index + 1}`.padStart(3)}  ${caller}`);
  return [...legend, "", `${"".padEnd(width)}${columns}`.trimEnd(), ...rows].join("\n");
}
