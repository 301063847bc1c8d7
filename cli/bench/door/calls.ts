import { Agent, request } from "node:http";
import { NotMeasured } from "../measure/figure";

export interface Call {
  readonly url: string;
  readonly token?: string;
  /** The status that is expected. Default: 200. */
  readonly status?: number;
}

/**
 * One GET over a persistent connection, until the answer's last byte; milliseconds. Throws if the status is not the
 * expected one.
 */
export function timeCall(agent: Agent, { url, token, status = 200 }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const outgoing = request(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === status) resolve(performance.now() - start);
        else reject(new NotMeasured(`${url} answered ${answer.statusCode}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** An agent with as many persistent connections as there may be concurrent calls. */
export function keptConnections(most: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: most });
}

export interface Load {
  /** Each connection stays open, and has one call at a time. */
  readonly connections: number;
  readonly calls: number;
  /** Total rate of all connections, whatever the answers. Default: each sends its next call when it has its answer. */
  readonly perSecond?: number;
}

/** Duration of each call, in milliseconds. A call waits for its turn, and then for a free connection. */
export async function timeCalls(call: Call, { connections, calls, perSecond }: Load): Promise<readonly number[]> {
  const times: number[] = [];
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    // An agent for each connection: a shared agent would send everything over the connection that was free last.
    const agent = keptConnections(1);
    try {
      for (let index = next++; index < calls; index = next++) {
        const wait = perSecond === undefined ? 0 : start + (index * 1000) / perSecond - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        times.push(await timeCall(agent, call));
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return times;
}

export async function callsPerSecond(call: Call, load: Load): Promise<number> {
  const start = performance.now();
  await timeCalls(call, load);
  return (load.calls * 1000) / (performance.now() - start);
}

/** Distinct tokens of a program, from the user pool's own endpoint. */
export async function newTokens(tokenUrl: string, credentials: string, count: number): Promise<readonly string[]> {
  const tokens: string[] = [];
  while (tokens.length < count) {
    const answer = await fetch(tokenUrl, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    if (answer.status !== 200) throw new NotMeasured(`${tokenUrl} answered ${answer.status}`);
    tokens.push(((await answer.json()) as { access_token: string }).access_token);
  }
  return tokens;
}
