import { readIntents } from "../../synthesis/intents";
import { type Call, callsPerSecond, keptConnections, timeCall, timeCalls } from "../door/calls";
import type { Benchmark, Figure } from "../measure/figure";
import { median, percentile } from "../measure/rounds";
import { processorTime, residentMegabytes } from "./process-cost";
import { type RunningEnvoy, SidecarStage } from "./sidecar-stage";

const CONNECTIONS = 32;

/** Calls of each kind in one round: over one connection, then over all, then over all at full speed, without pauses. */
const CALLS = { one: 200, paced: 320, fast: 1000 } as const;

/** A fifth of what two processors can serve here, so that a call waits for Envoy and not for other calls. */
const PACE = 640;

/** Warm-up calls before the first round. */
const WARM_UP_CALLS = 1000;

const MOST_STARTS = 7;

type Name = "app" | "verifying" | "refusing";

/** Cost of one kind of call in each round. */
export interface Rounds {
  readonly one: (readonly number[])[];
  readonly paced: (readonly number[])[];
  readonly perSecond: number[];
  /** Processor time of Envoy at full speed, in all rounds together; 0 if it cannot be measured. */
  processorMicroseconds: number;
}

/** Envoy in front of a service's app, and the app without it. */
export const sidecar: Benchmark = {
  name: "sidecar",
  title: "sidecar: one GET through Envoy, which verifies its token, against the same GET sent to the app itself",
  measure: async ({ rounds }) => {
    const stage = await SidecarStage.open(readIntents());
    let running: RunningEnvoy | undefined;
    try {
      const starts = await started(stage, Math.min(rounds, MOST_STARTS));
      running = await stage.envoy();
      const { url, pid } = running;
      const fresh = residentMegabytes(pid);
      const token = stage.token();
      const calls: Readonly<Record<Name, Call & { readonly pid?: number }>> = {
        app: { url: stage.appUrl, token },
        verifying: { url, token, pid },
        refusing: { url, status: 401, pid },
      };
      const costs = await inRounds(rounds, calls);
      return [...figuresOf(costs), ...starts, ...memory(fresh, residentMegabytes(pid))];
    } finally {
      await running?.stop();
      await stage.close();
    }
  },
};

async function started(stage: SidecarStage, rounds: number): Promise<readonly Figure[]> {
  const ready: number[] = [];
  const answered: number[] = [];
  for (let round = 0; round < rounds; round++) {
    console.error(`sidecar: start ${round + 1} of ${rounds}`);
    const envoy = await stage.envoy();
    const agent = keptConnections(1);
    try {
      const first = await timeCall(agent, { url: envoy.url, token: stage.token() });
      ready.push(envoy.milliseconds);
      answered.push(envoy.milliseconds + first);
    } finally {
      agent.destroy();
      await envoy.stop();
    }
  }
  return [
    { what: "start, until its probe answers", unit: "ms", measured: median(ready) },
    { what: "start, until a call is answered (with keys)", unit: "ms", measured: median(answered) },
  ];
}

/** All kinds of calls take turns; the first round does not count. */
async function inRounds(
  rounds: number,
  calls: Readonly<Record<Name, Call & { readonly pid?: number }>>,
): Promise<Readonly<Record<Name, Rounds>>> {
  const empty = (): Rounds => ({ one: [], paced: [], perSecond: [], processorMicroseconds: 0 });
  const costs = { app: empty(), verifying: empty(), refusing: empty() };
  const entries = Object.entries(calls) as [Name, Call & { readonly pid?: number }][];
  for (const [, call] of entries) await callsPerSecond(call, { connections: CONNECTIONS, calls: WARM_UP_CALLS });
  for (let round = 0; round <= rounds; round++) {
    console.error(`sidecar: ${round === 0 ? "warming up" : `round ${round} of ${rounds}`}`);
    for (const [name, call] of entries) {
      const one = await timeCalls(call, { connections: 1, calls: CALLS.one, perSecond: PACE });
      const paced = await timeCalls(call, { connections: CONNECTIONS, calls: CALLS.paced, perSecond: PACE });
      const before = call.pid === undefined ? undefined : processorTime(call.pid);
      const perSecond = await callsPerSecond(call, { connections: CONNECTIONS, calls: CALLS.fast });
      const after = call.pid === undefined ? undefined : processorTime(call.pid);
      if (round === 0) continue;
      costs[name].one.push(one);
      costs[name].paced.push(paced);
      costs[name].perSecond.push(perSecond);
      costs[name].processorMicroseconds += (after ?? 0) - (before ?? 0);
    }
  }
  return costs;
}

const KINDS: readonly (readonly [Exclude<Name, "app">, string])[] = [
  ["verifying", "a valid token"],
  ["refusing", "no token"],
];

/** For each kind: the median of the rounds' percentiles. */
export function figuresOf(costs: Readonly<Record<Name, Rounds>>): readonly Figure[] {
  const loads = [
    ["one", "1 connection"],
    ["paced", `${CONNECTIONS} connections`],
  ] as const;
  const figures: Figure[] = [];
  for (const [load, connections] of loads) {
    for (const share of [0.5, 0.99]) {
      const of = (name: Name) => median(costs[name][load].map((times) => percentile(times, share)));
      for (const [name, kind] of KINDS) {
        const what = `p${share * 100}, ${connections}, ${kind}`;
        figures.push({ what, unit: "ms", measured: of(name), baseline: of("app") });
      }
    }
  }
  const perSecond = (name: Name) => median(costs[name].perSecond);
  for (const [name, kind] of KINDS) {
    const what = `${CONNECTIONS} at full speed, ${kind}`;
    figures.push({ what, unit: "calls/s", measured: perSecond(name), baseline: perSecond("app") });
  }
  for (const [name, kind] of KINDS) {
    const { processorMicroseconds, perSecond: rounds } = costs[name];
    if (processorMicroseconds === 0) continue;
    const measured = processorMicroseconds / (rounds.length * CALLS.fast);
    figures.push({ what: `Envoy's processor time, ${kind}`, unit: "µs", measured });
  }
  return figures;
}

function memory(fresh: number | undefined, used: number | undefined): readonly Figure[] {
  if (fresh === undefined || used === undefined) return [];
  return [
    { what: "Envoy's resident memory, started", unit: "MB", measured: fresh },
    { what: "  after all that", unit: "MB", measured: used },
  ];
}
