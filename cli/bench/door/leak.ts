import { setTimeout as pause } from "node:timers/promises";
import { type Benchmark, type Figure, figure } from "../measure/figure";
import { keptConnections, newTokens, timeCall } from "./calls";
import type { DoorProcess, DoorState } from "./door-process";
import { withDoor } from "./with-door";

/** A round is a minute under constant load: `--runs 3` is a leak test of three. */
const ROUND_MILLISECONDS = 60_000;
const SAMPLE_MILLISECONDS = 10_000;
const CONNECTIONS = 4;

/** Calls until every bounded store (cached results, the last hops and lines) is full. */
const WARM_UP_CALLS = 12_000;

export interface Sample extends DoorState {
  readonly minutes: number;
}

/** Whether the memory of a long-running door grows. New tokens arrive all the time, each used for fifty calls. */
export const leak: Benchmark = {
  name: "leak",
  title: "leak: the local front door under constant load, after garbage collection; a minute a round",
  measure: ({ rounds, environment }) =>
    withDoor(environment, async ({ open }) => figuresOf(await underLoad(await open(), rounds * ROUND_MILLISECONDS))),
};

async function underLoad(opened: DoorProcess, milliseconds: number): Promise<readonly Sample[]> {
  const { url, tokenUrl, credentials } = opened.program;
  const agent = keptConnections(CONNECTIONS);
  let [token] = await newTokens(tokenUrl, credentials, 1);
  let calls = 0;
  let end = false;
  const worker = async () => {
    for (; !end; calls++) {
      // A new token calls the function; then its result is cached.
      if (calls % 50 === 0) [token] = await newTokens(tokenUrl, credentials, 1);
      await timeCall(agent, { url: `${url}?call=${calls}`, token });
    }
  };
  const workers = Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const samples: Sample[] = [];
  try {
    while (calls < WARM_UP_CALLS) await Promise.race([pause(1000), workers]);
    const start = performance.now();
    while (performance.now() - start < milliseconds) {
      await Promise.race([pause(SAMPLE_MILLISECONDS), workers]);
      const sample = { ...(await opened.state()), minutes: (performance.now() - start) / 60_000 };
      samples.push(sample);
      console.error(
        `leak: ${calls} calls, heap ${megabytes(sample.heapBytes)} MB, resident ${megabytes(sample.residentBytes)} MB, ` +
          `${sample.handles} handles, ${sample.sockets} sockets`,
      );
    }
  } finally {
    end = true;
    await workers;
    agent.destroy();
  }
  return samples;
}

/** How much memory remains at the end, and how fast it grew: the slope of a line through all samples. */
export function figuresOf(samples: readonly Sample[]): readonly Figure[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  return [
    figure("heap at the end", "MB", last.heapBytes / 1_000_000),
    figure("  growth a minute", "MB", slope(samples, (each) => each.heapBytes) / 1_000_000),
    figure("resident at the end", "MB", last.residentBytes / 1_000_000),
    figure("  growth a minute", "MB", slope(samples, (each) => each.residentBytes) / 1_000_000),
    figure(
      "handles, growth a minute",
      "handles",
      slope(samples, (each) => each.handles),
    ),
    figure(
      "sockets, growth a minute",
      "handles",
      slope(samples, (each) => each.sockets),
    ),
  ];
}

/** Least squares: one sample from a busy moment changes it little. */
function slope(samples: readonly Sample[], pick: (sample: Sample) => number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ minutes }) => minutes)), mean(samples.map(pick))];
  const spread = samples.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0);
  if (spread === 0) return 0;
  return samples.reduce((sum, each) => sum + (each.minutes - x) * (pick(each) - y), 0) / spread;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
