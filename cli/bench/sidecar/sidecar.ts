import { readFileSync } from "node:fs";
import { readIntents } from "../../synthesis/intents";
import { type Call, callsPerSecond, keptConnections, timeCall, timeCalls } from "../door/calls";
import { type Benchmark, type Figure, figure } from "../measure/figure";
import { median, percentile } from "../measure/rounds";
import { openStage, type RunningEnvoy, type SidecarStage } from "./sidecar-stage";

const CONNECTIONS = 32;

/** Calls of each kind in one round: over one connection, then over all, then over all at full speed, without pauses. */
const CALLS = { one: 200, paced: 320, fast: 1000 } as const;

/** A fifth of the rate that two processors can serve, so that a call waits for Envoy and not for other calls. */
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
    const stage = await openStage(readIntents());
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
    figure("start, until its probe answers", "ms", median(ready)),
    figure("start, until a call is answered (with keys)", "ms", median(answered)),
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
        figures.push(figure(`p${share * 100}, ${connections}, ${kind}`, "ms", of(name), { baseline: of("app") }));
      }
    }
  }
  const perSecond = (name: Name) => median(costs[name].perSecond);
  for (const [name, kind] of KINDS) {
    const baseline = perSecond("app");
    figures.push(figure(`${CONNECTIONS} at full speed, ${kind}`, "calls/s", perSecond(name), { baseline }));
  }
  for (const [name, kind] of KINDS) {
    const { processorMicroseconds, perSecond: rounds } = costs[name];
    if (processorMicroseconds === 0) continue;
    const measured = processorMicroseconds / (rounds.length * CALLS.fast);
    figures.push(figure(`Envoy's processor time, ${kind}`, "µs", measured));
  }
  return figures;
}

function memory(fresh: number | undefined, used: number | undefined): readonly Figure[] {
  if (fresh === undefined || used === undefined) return [];
  return [figure("Envoy's resident memory, started", "MB", fresh), figure("  after all calls", "MB", used)];
}

/** One tick of USER_HZ, which Linux fixes at 100 for the values in /proc. */
const TICK_MICROSECONDS = 10_000;

/** Processor time of a process since its start, in microseconds; undefined if there is no /proc. */
export function processorTime(pid: number): number | undefined {
  // The name in parentheses may contain spaces; the state is the first field after it.
  const fields = read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

/** Resident memory of a process, in megabytes; undefined if there is no /proc. */
export function residentMegabytes(pid: number): number | undefined {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "") ?? [];
  return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1_000_000;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
