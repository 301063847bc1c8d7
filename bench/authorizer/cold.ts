import { type Benchmark, type Figure, figure } from "../measure/figure";
import { askNode } from "../measure/node-process";
import { interleaved } from "../measure/rounds";
import { withAuthorizer } from "./artefact";

/** Delay of each round trip, in milliseconds: about that between two clouds on one continent. */
const ROUND_TRIP = 40;

/** Maximum round trips that a caller waits for: the first decision of an instance, and a renewal of its Google token. */
const AIMS = { first: 4, renewal: 0 };

/** Maximum calls to other hosts: during a start and its first decision, and during a renewal. */
const CALLS = { first: 4, renewal: 3 };

/** Events of one life of an instance, each with its own token. */
const EVENTS = 5;

/** Output of `cold-calls.cjs`; times in milliseconds, calls as host names. */
interface ColdCalls {
  /** One call over an open connection, by a process that does nothing else. */
  readonly bare: number;
  readonly start: { readonly milliseconds: number; readonly calls: readonly string[] };
  /** `busy`: processor time of the function's thread, where the system reports it. */
  readonly first: { readonly milliseconds: number; readonly busy?: number; readonly calls: readonly string[] };
  /** `due`: the decision that finds the token due. `after`: the next one. */
  readonly renewal: { readonly due: number; readonly after: number; readonly calls: readonly string[] };
}

/**
 * The time that callers wait for other hosts, in round trips: TCP, TLS and HTTP, without name lookups. One round trip is
 * the difference between a bare call through the same proxy with the delay and one without it: the delay itself, and the
 * time that a waiting process needs to run again.
 */
export const authorizerCold: Benchmark = {
  name: "cold",
  title: `cold: round trips that a caller waits for, each delayed by ${ROUND_TRIP} ms; the fastest rounds count`,
  measure: ({ rounds, environment }) =>
    withAuthorizer(environment, { http: EVENTS, rest: EVENTS }, ({ scene, variables }) => {
      const life = (kind: string, delay: number) => () =>
        askNode<ColdCalls>("authorizer/cold-calls.cjs", [scene, kind, String(delay)], variables);
      const lives = interleaved("cold", rounds, {
        http: life("http", ROUND_TRIP),
        httpNear: life("http", 0),
        rest: life("rest", ROUND_TRIP),
        restNear: life("rest", 0),
      });
      const far = [...lives.http, ...lives.rest];
      const near = [...lives.httpNear, ...lives.restNear];
      const roundTrip = fastest(far, bareOf) - fastest(near, bareOf);
      return [
        figure(`one bare round trip (RTT), for a delay of ${ROUND_TRIP} ms`, "ms", roundTrip),
        ...coldFigures("HTTP API", lives.http, lives.httpNear, roundTrip),
        ...coldFigures("REST API", lives.rest, lives.restNear, roundTrip),
      ];
    }),
};

const bareOf = ({ bare }: ColdCalls) => bare;

function coldFigures(
  api: string,
  far: readonly ColdCalls[],
  near: readonly ColdCalls[],
  roundTrip: number,
): readonly Figure[] {
  const trips = (what: string, pick: (life: ColdCalls) => number, most?: number) =>
    figure(`${api}, ${what}`, "RTT", tenths((fastest(far, pick) - fastest(near, pick)) / roundTrip), { most });
  const calls = (what: string, pick: (life: ColdCalls) => readonly string[], most: number) =>
    figure(`  ${what}: calls to other hosts`, "calls", Math.max(...far.map((life) => pick(life).length)), { most });
  // Not round trips: the same work costs more after each wait, because other programs have used the processor's caches.
  const busyOf = ({ first }: ColdCalls) => first.busy ?? Number.NaN;
  const [measured, baseline] = [far, near].map((lives) => fastest(lives, busyOf)) as [number, number];
  const busy = Number.isNaN(measured) ? [] : [figure("  first decision: processor time", "ms", measured, { baseline })];
  return [
    trips("while the instance starts", ({ start }) => start.milliseconds),
    trips("first decision", ({ first }) => first.milliseconds, AIMS.first),
    ...busy,
    trips("decision that starts a renewal", ({ renewal }) => renewal.due, AIMS.renewal),
    trips("decision after it", ({ renewal }) => renewal.after, AIMS.renewal),
    calls("start and first decision", ({ start, first }) => [...start.calls, ...first.calls], CALLS.first),
    calls("renewal", ({ renewal }) => renewal.calls, CALLS.renewal),
  ];
}

/** The minimum, not the median: other work on the machine only adds time, and the delays are in every run. */
function fastest(lives: readonly ColdCalls[], pick: (life: ColdCalls) => number): number {
  return Math.min(...lives.map(pick));
}

/** Rounds to a tenth, because two processes and a dozen timers are not more precise. */
function tenths(roundTrips: number): number {
  // Adding 0 turns `-0` into `0`.
  return Math.round(roundTrips * 10) / 10 + 0;
}
