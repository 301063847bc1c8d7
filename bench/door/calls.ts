import { Agent, request } from "node:http";
import { NotMeasured } from "../measure/figure";

export interface Call {
  readonly url: string;
  readonly token?: string;
}

/** One GET over a persistent connection, until the answer's last byte; milliseconds. Throws if the status is not 200. */
export function timeCall(agent: Agent, { url, token }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const outgoing = request(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(performance.now() - start);
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
}

/** Duration of each call, in milliseconds. Each connection sends its next call when it has its answer. */
export async function timeCalls(call: Call, { connections, calls }: Load): Promise<readonly number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    // An agent for each connection: a shared agent would send everything over the connection that was free last.
    const agent = keptConnections(1);
    try {
      while (next++ < calls) times.push(await timeCall(agent, call));
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return times;
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
