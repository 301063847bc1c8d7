import type { Benchmark, Figure } from "../measure/figure";
import { median, percentile } from "../measure/rounds";
import { type Call, newTokens, timeCalls } from "./calls";
import { startServer } from "./door-process";
import { withDoor } from "./with-door";

/** Calls of each connection in one round, on new connections each round. */
const CALLS_PER_CONNECTION = 20;

/** Until V8 has optimized what it will. */
const WARM_UP_ROUNDS = 3;

interface Load {
  readonly connections: number;
  /** Ratios of the whole load against the proxy's, and of its slowest calls against its own median. */
  readonly aims: Readonly<Partial<Record<"all" | "tail", Pick<Figure, "aim">>>>;
}

const LOADS: readonly Load[] = [
  // A third of the proxy's calls a second.
  { connections: 50, aims: { all: { aim: { times: 3 } } } },
  // First come, first served.
  { connections: 250, aims: { tail: { aim: { times: 5 } } } },
];

/** What one round of a load took, in milliseconds. */
interface Round {
  /** The whole round by its calls. */
  readonly each: number;
  readonly p50: number;
  readonly p99: number;
}

/** Many connections at once through the front door on this machine, with a service that does nothing behind it. */
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

/** Door and proxy take turns, so that a busy minute hits both. */
async function measured(
  door: Call,
  bare: Call,
  { connections, aims }: Load,
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
    {
      what: `${what}, a call in all`,
      unit: "ms",
      measured: of(doors, "each"),
      baseline: of(bares, "each"),
      ...aims.all,
    },
    { what: `${what}, p50`, unit: "ms", measured: p50, baseline: of(bares, "p50") },
    { what: `${what}, p99`, unit: "ms", measured: p99, baseline: of(bares, "p99") },
    { what: `${what}, p99 against its own p50`, unit: "ms", measured: p99, baseline: p50, ...aims.tail },
  ];
}

async function round(call: Call, connections: number): Promise<Round> {
  const start = performance.now();
  const times = await timeCalls(call, { connections, calls: connections * CALLS_PER_CONNECTION });
  const each = (performance.now() - start) / times.length;
  return { each, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
