import { Agent, request } from "node:http";
import { NotMeasured } from "../not-measured";

export interface Call {
  readonly url: string;
  readonly token?: string;
  /** The status that is expected. Default: 200. */
  readonly status?: number;
}

/** One GET over a kept connection, until the answer's last byte; milliseconds. Another status than the expected one was not measured. */
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

/** As many connections as there may be calls at a time, kept open. */
export function keptConnections(most: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: most });
}

export async function callsPerSecond(call: Call, connections: number, calls: number): Promise<number> {
  const start = performance.now();
  await timeCalls(call, connections, calls);
  return (calls * 1000) / (performance.now() - start);
}

/** Calls in a closed loop: each connection sends its next call when it has its answer. Milliseconds of each. */
export async function timeCalls(call: Call, connections: number, calls: number): Promise<readonly number[]> {
  const agent = keptConnections(connections);
  const times: number[] = [];
  let left = calls;
  const worker = async () => {
    while (left-- > 0) times.push(await timeCall(agent, call));
  };
  try {
    await Promise.all(Array.from({ length: connections }, worker));
    return times;
  } finally {
    agent.destroy();
  }
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
