import type { Benchmark, Figure } from "../measure/figure";
import { runNode } from "../measure/node-process";
import { median } from "../measure/rounds";
import { ScratchProject } from "../measure/scratch-project";
import { growthConfig } from "../synthesis/growth-config";
import { callsPerSecond, keptConnections, newTokens, timeCall } from "./calls";
import type { DoorProcess } from "./door-process";
import { withDoor } from "./with-door";

/** Calls of each kind in one round. Direct calls, calls with a cached result and calls with a new token alternate. */
const CALLS_PER_ROUND = 40;
/** Warm-up calls, until V8 has optimized, in three processes. */
const WARM_UP_CALLS = 400;

const CONNECTIONS = 20;
const LOAD_CALLS_PER_ROUND = 200;
const LOAD_WARM_UP_CALLS = 1000;

/** A start is a whole process, and slow. So is a matrix. */
const MOST_STARTS = 7;
const MOST_MATRICES = 3;
const MATRIX_ROUTES = 300;

/** What is open during the load, and how to close it. */
export type OpenDuring = (door: DoorProcess) => Promise<() => unknown>;

/** Polls the live page as its script does: again after each answer. A browser would also render it. */
const openPage: OpenDuring = async ({ pageUrl }) => {
  const closed = new AbortController();
  const watch = async () => {
    let query = "";
    while (!closed.signal.aborted) {
      const answer = await fetch(`${pageUrl}/requests${query}`, { signal: closed.signal });
      const { door: opened, version } = (await answer.json()) as { door: string; version: number };
      query = `?door=${opened}&after=${version}`;
    }
  };
  const watching = watch().catch(() => {});
  return () => {
    closed.abort();
    return watching;
  };
};

/** Measured loads, each on a door that has carried the previous one. */
const LOADS: readonly { readonly name: string; readonly during?: OpenDuring }[] = [
  { name: ", page closed" },
  { name: ", page open", during: openPage },
];

/** The front door on this machine, as people run it, in front of a service that does nothing. */
export const door: Benchmark = {
  name: "door",
  title: "door: one GET through the local front door, against the same GET sent to the service itself",
  measure: ({ rounds, environment }) =>
    withDoor(environment, async ({ port, open }) => [
      ...(await carried(await open(), port, rounds)),
      await start(open, Math.min(rounds, MOST_STARTS)),
      matrix(Math.min(rounds, MOST_MATRICES)),
    ]),
};

async function carried(opened: DoorProcess, port: number, rounds: number): Promise<readonly Figure[]> {
  const figures = [...(await latency(opened, port, rounds * CALLS_PER_ROUND))];
  for (const { name, during } of LOADS) figures.push(...(await load(opened, port, rounds, name, during)));
  await opened.close();
  return figures;
}

async function latency(opened: DoorProcess, port: number, calls: number): Promise<readonly Figure[]> {
  const { url, tokenUrl, credentials } = opened.program;
  console.error(`door: ${calls} calls of each kind`);
  const agent = keptConnections(1);
  const [kept = "", ...fresh] = await newTokens(tokenUrl, credentials, WARM_UP_CALLS + calls + 1);
  const times = { direct: [] as number[], kept: [] as number[], fresh: [] as number[] };
  for (const [index, token] of fresh.entries()) {
    const direct = await timeCall(agent, { url: `http://127.0.0.1:${port}${new URL(url).pathname}` });
    const again = await timeCall(agent, { url, token: kept });
    const first = await timeCall(agent, { url, token });
    if (index < WARM_UP_CALLS) continue;
    times.direct.push(direct);
    times.kept.push(again);
    times.fresh.push(first);
  }
  agent.destroy();
  const baseline = median(times.direct);
  const [again, first] = [median(times.kept), median(times.fresh)];
  return [
    { what: "p50, the authorizer's answer kept", unit: "ms", measured: again, baseline },
    { what: "  of it the door's own", unit: "ms", measured: again - baseline, aim: { value: 1 } },
    { what: "p50, a new token: the authorizer is asked", unit: "ms", measured: first, baseline },
    { what: "  of it the door's own", unit: "ms", measured: first - baseline, aim: { value: 2 } },
  ];
}

async function load(opened: DoorProcess, port: number, rounds: number, name: string, during?: OpenDuring) {
  const { url, tokenUrl, credentials } = opened.program;
  const [token] = await newTokens(tokenUrl, credentials, 1);
  const calls = rounds * LOAD_CALLS_PER_ROUND;
  console.error(`door: ${calls} calls over ${CONNECTIONS} connections${name}`);
  const end = await during?.(opened);
  try {
    await callsPerSecond({ url, token }, { connections: CONNECTIONS, calls: LOAD_WARM_UP_CALLS });
    const measured = await callsPerSecond({ url, token }, { connections: CONNECTIONS, calls });
    const baseline = await callsPerSecond({ url: `http://127.0.0.1:${port}/` }, { connections: CONNECTIONS, calls });
    const { residentBytes } = await opened.state();
    const what = `${CONNECTIONS} connections${name}`;
    return [
      { what, unit: "calls/s", measured, baseline },
      { what: `memory after that load${name}`, unit: "MB", measured: residentBytes / 1_000_000 },
    ] as const;
  } finally {
    await end?.();
  }
}

async function start(open: () => Promise<DoorProcess>, rounds: number): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    console.error(`door: start ${round + 1} of ${rounds}`);
    const opened = await open();
    times.push(opened.milliseconds);
    await opened.close();
  }
  return {
    what: "start, the whole command until it is open",
    unit: "ms",
    measured: median(times),
    aim: { value: 1000 },
  };
}

function matrix(rounds: number): Figure {
  const project = new ScratchProject();
  try {
    project.replaceConfig(growthConfig(MATRIX_ROUTES));
    project.settle("dev");
    console.error(`door: matrix of ${MATRIX_ROUTES} routes, ${rounds} times`);
    const command = ["cli/run.cjs", "local", "dev", "--matrix"];
    const times = Array.from({ length: rounds }, () => runNode(command, project.folder).milliseconds);
    const what = `matrix of ${MATRIX_ROUTES} routes, the whole command`;
    return { what, unit: "ms", measured: median(times), aim: { value: 5000 } };
  } finally {
    project.remove();
  }
}
