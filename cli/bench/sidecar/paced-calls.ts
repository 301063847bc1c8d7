import { type Call, keptConnections, timeCall } from "../door/calls";

export interface Pace {
  /** Each is kept, and has one call at a time. */
  readonly connections: number;
  /** Of all connections together, in a second. */
  readonly callsPerSecond: number;
  readonly calls: number;
}

/**
 * Calls at a pace that does not depend on the answers, as callers' do: how long each took, in milliseconds. Of a
 * connection whose last answer is late, the next call is late too.
 */
export async function pacedCalls(call: Call, { connections, callsPerSecond, calls }: Pace): Promise<readonly number[]> {
  const times: number[] = [];
  const every = 1000 / callsPerSecond;
  const start = performance.now();
  const worker = async (first: number) => {
    // One of its own: a shared agent would send everything over the connection that was free last.
    const agent = keptConnections(1);
    try {
      for (let index = first; index < calls; index += connections) {
        const wait = start + index * every - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        times.push(await timeCall(agent, call));
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => worker(index)));
  return times;
}
