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

/** Number of remembered tokens, and of tokens sent before memory is read. */
const REMEMBERED = 1000;

const MOST_STARTS = 7;

type Name = "app" | "verifying" | "remembering" | "refusing";

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
    const running: RunningEnvoy[] = [];
    try {
      const starts = await started(stage, Math.min(rounds, MOST_STARTS));
      for (const remembered of [undefined, REMEMBERED]) running.push(await stage.envoy(remembered));
      const [verifying, remembering] = running as [RunningEnvoy, RunningEnvoy];
      const fresh = residentMegabytes(verifying.pid);
      const token = stage.token();
      const calls: Readonly<Record<Name, Call & { readonly pid?: number }>> = {
        app: { url: stage.appUrl, token },
        verifying: { url: verifying.url, token, pid: verifying.pid },
        remembering: { url: remembering.url, token, pid: remembering.pid },
        refusing: { url: verifying.url, status: 401, pid: verifying.pid },
      };
      const costs = await inRounds(rounds, calls);
      await manyCallers(stage, running);
      return [...figuresOf(costs), ...starts, ...memory(fresh, verifying.pid, remembering.pid)];
    } finally {
      for (const envoy of running) await envoy.stop();
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
  const costs = { app: empty(), verifying: empty(), remembering: empty(), refusing: empty() };
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

/** Enough callers to fill the store of remembered tokens. */
async function manyCallers(stage: SidecarStage, running: readonly RunningEnvoy[]): Promise<void> {
  console.error(`sidecar: ${REMEMBERED} callers`);
  const agent = keptConnections(1);
  try {
    for (let index = 0; index < REMEMBERED; index++) {
      const token = stage.token(index);
      for (const { url } of running) await timeCall(agent, { url, token });
    }
  } finally {
    agent.destroy();
  }
}

const KINDS: readonly (readonly [Exclude<Name, "app">, string])[] = [
  ["verifying", "a valid token"],
  ["remembering", "one it remembers"],
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

function memory(fresh: number | undefined, verifying: number, remembering: number): readonly Figure[] {
  const figures: readonly (readonly [string, number | undefined])[] = [
    ["Envoy's resident memory, started", fresh],
    ["  after all that", residentMegabytes(verifying)],
    [`  with ${REMEMBERED} tokens remembered`, residentMegabytes(remembering)],
  ];
  return figures.flatMap(([what, measured]) => (measured === undefined ? [] : [{ what, unit: "MB", measured }]));
}
