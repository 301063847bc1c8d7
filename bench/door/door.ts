import { type Benchmark, type Figure, figure } from "../measure/figure";
import { runNode } from "../measure/node-process";
import { median } from "../measure/rounds";
import { ScratchProject } from "../measure/scratch-project";
import { growthConfig } from "../synthesis/growth-config";
import { keptConnections, newTokens, timeCall } from "./calls";
import type { DoorProcess } from "./door-process";
import { withDoor } from "./with-door";

/** Calls of each kind in one round. Direct calls, calls with a cached result and calls with a new token alternate. */
const CALLS_PER_ROUND = 40;
/** Warm-up calls, until V8 has optimized, in three processes. */
const WARM_UP_CALLS = 400;

/** Few, because a start and a matrix each take a whole process and seconds. */
const MOST_STARTS = 7;
const MOST_MATRICES = 3;
const MATRIX_ROUTES = 300;

/** The front door on this machine, as people run it, in front of a service that does nothing. */
export const door: Benchmark = {
  name: "door",
  title: "door: one GET through the local front door, against the same GET sent to the service itself",
  measure: ({ rounds, environment }) =>
    withDoor(environment, async ({ port, open }) => [
      ...(await latency(open, port, rounds * CALLS_PER_ROUND)),
      await start(open, Math.min(rounds, MOST_STARTS)),
      matrix(Math.min(rounds, MOST_MATRICES)),
    ]),
};

async function latency(open: () => Promise<DoorProcess>, port: number, calls: number): Promise<readonly Figure[]> {
  const opened = await open();
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
  await opened.close();
  const baseline = median(times.direct);
  const [again, first] = [median(times.kept), median(times.fresh)];
  return [
    figure("p50, the authorizer's result cached", "ms", again, { baseline }),
    figure("  of which the door's own", "ms", again - baseline, { most: 0.6 }),
    figure("p50, a new token: the authorizer is called", "ms", first, { baseline }),
    figure("  of which the door's own", "ms", first - baseline, { most: 2 }),
  ];
}

async function start(open: () => Promise<DoorProcess>, rounds: number): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    console.error(`door: start ${round + 1} of ${rounds}`);
    const opened = await open();
    times.push(opened.milliseconds);
    await opened.close();
  }
  return figure("start, the whole command until it is open", "ms", median(times), { most: 1000 });
}

function matrix(rounds: number): Figure {
  const project = new ScratchProject();
  try {
    project.replaceConfig(growthConfig(MATRIX_ROUTES));
    project.settle("dev");
    console.error(`door: matrix of ${MATRIX_ROUTES} routes, ${rounds} times`);
    const command = ["cli/run.cjs", "local", "dev", "--matrix"];
    const times = Array.from({ length: rounds }, () => runNode(command, project.folder).milliseconds);
    return figure(`matrix of ${MATRIX_ROUTES} routes, the whole command`, "ms", median(times), { most: 3000 });
  } finally {
    project.remove();
  }
}
