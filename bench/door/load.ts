import { type Benchmark, type Figure, figure } from "../measure/figure";
import { median, percentile } from "../measure/rounds";
import { type Call, newTokens, timeCalls } from "./calls";
import { startServer } from "./door-process";
import { withDoor } from "./with-door";

/** Calls of each connection in one round, with new connections each round. */
const CALLS_PER_CONNECTION = 20;

/** Warm-up calls, until V8 has optimized. */
const WARM_UP_ROUNDS = 3;

interface Load {
  readonly connections: number;
  /** Ratios of the whole load to the proxy's, and of its slowest calls to its own median. */
  readonly times: Readonly<Partial<Record<"all" | "tail", number>>>;
}

const LOADS: readonly Load[] = [
  // The door may serve a third of the proxy's calls per second.
  { connections: 50, times: { all: 3 } },
  // The door serves calls in the order of their arrival, so that no call waits far longer than the median.
  { connections: 250, times: { tail: 5 } },
];

/** What one round of a load took, in milliseconds. */
interface Round {
  /** The time of the whole round, divided by its calls. */
  readonly each: number;
  readonly p50: number;
  readonly p99: number;
}

/** Many concurrent connections through the front door on this machine, in front of a service that does nothing. */
export const load: Benchmark = {
  name: "load",
  title: "load: many connections at once through the local front door, against a bare Node proxy",
  measure: ({ rounds, environment }) =>
    withDoor(environment, async ({ port, open }) => {
      const proxy = await startServer(port);
      try {
        const { url, tokenUrl, credentials } = (await open()).program;
        const [token = ""] = await newTokens(tokenUrl, credentials, 1);
        const bare = { url: `http://127.0.0.1:${proxy.port}${new URL(url).pathname}`, token };
        const figures: Figure[] = [];
        for (const each of LOADS) figures.push(...(await measured({ url, token }, bare, each, rounds)));
        return figures;
      } finally {
        proxy.stop();
      }
    }),
};

/** Door and proxy take turns, so that a busy minute affects both. */
async function measured(
  door: Call,
  bare: Call,
  { connections, times }: Load,
  rounds: number,
): Promise<readonly Figure[]> {
  console.error(`load: ${rounds} rounds of ${connections} connections`);
  const doors: Round[] = [];
  const bares: Round[] = [];
  for (let index = 0; index < WARM_UP_ROUNDS + rounds; index++) {
    const proxied = await round(bare, connections);
    const through = await round(door, connections);
    if (index < WARM_UP_ROUNDS) continue;
    bares.push(proxied);
    doors.push(through);
  }
  const of = (all: readonly Round[], what: keyof Round) => median(all.map((each) => each[what]));
  const [p50, p99] = [of(doors, "p50"), of(doors, "p99")];
  const what = `${connections} connections`;
  return [
    figure(`${what}, total time per call`, "ms", of(doors, "each"), { baseline: of(bares, "each"), times: times.all }),
    figure(`${what}, p50`, "ms", p50, { baseline: of(bares, "p50") }),
    figure(`${what}, p99`, "ms", p99, { baseline: of(bares, "p99") }),
    figure(`${what}, p99 against its own p50`, "ms", p99, { baseline: p50, times: times.tail }),
  ];
}

async function round(call: Call, connections: number): Promise<Round> {
  const start = performance.now();
  const times = await timeCalls(call, { connections, calls: connections * CALLS_PER_CONNECTION });
  const each = (performance.now() - start) / times.length;
  return { each, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
