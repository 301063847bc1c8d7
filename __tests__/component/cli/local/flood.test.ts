import { Agent, request } from "node:http";
import { ProjectCopy } from "../../../support/command";
import { LocalCommand } from "../../../support/local-command";

jest.setTimeout(60_000);

const CONNECTIONS = 400;

const project = new ProjectCopy("linked");
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

/** The status, or how the connection failed. */
function outcome(url: string, agent: Agent, method: string): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const asked = request(url, { method, agent, headers: { authorization: "Bearer x.y.z" } }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    });
    asked.on("error", (error: NodeJS.ErrnoException) => resolve(error.code)).end();
  });
}

/** Counts of the outcomes of concurrent connections, kept open until all have their answers. */
async function flood(url: string, method = "GET"): Promise<Map<number | string | undefined, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const outcomes = await Promise.all(Array.from({ length: CONNECTIONS }, () => outcome(url, agent, method)));
  agent.destroy();
  const counts = new Map<number | string | undefined, number>();
  for (const each of outcomes) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.body?.cancel();
  return answer.status;
}

test("400 connections with 256 descriptors: the door answers 503 to the surplus, and keeps running", async () => {
  const door = new LocalCommand({ folder: project.folder, descriptors: 256 }, "dev");
  const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
  const [, page = ""] = await door.prints(/^why\? +(http:\S+)/m);
  const answers: readonly (readonly [url: string, ...statuses: unknown[]])[] = [
    // The first call starts the function's process, which uses descriptors too.
    [`${url}/orders`, 403, 429],
    [`${page}/nowhere`, 404],
  ];
  for (const [address, ...statuses] of answers) {
    const counts = await flood(address);
    const refused = counts.get(503) ?? 0;
    counts.delete(503);
    expect([address, [...counts.keys()].filter((each) => !statuses.includes(each))]).toEqual([address, []]);
    expect(refused).toBeGreaterThan(CONNECTIONS / 2);
    expect(refused).toBeLessThan(CONNECTIONS);
  }
  // The answer to HEAD has no body, also that of a refused connection.
  const heads = await flood(`${page}/nowhere`, "HEAD");
  expect([...heads.keys()].sort()).toEqual([405, 503]);
  // A connection that the flood closed holds its descriptor until the door has seen that, and the stage throttles calls
  // until the flood's are a few seconds old.
  let status = await statusOf(`${url}/products`);
  while ([429, 503].includes(status)) status = await statusOf(`${url}/products`);
  expect(status).toBe(200);
  expect(await door.close()).toBe(130);
});

test.each([["--matrix"], []])(
  "too few descriptors are reported as a fault of the machine, before anything starts (%s)",
  async (...options) => {
    const door = new LocalCommand({ folder: project.folder, descriptors: 64 }, "dev", ...options);
    expect(await door.ended()).toBe(64);
    expect(door.text).toBe(
      "this process may open 64 files and connections, expected at least 192\n    allow more (ulimit -n 1024), and start again\n",
    );
  },
);

test("a matrix with the fewest descriptors finds no contradiction", async () => {
  const door = new LocalCommand({ folder: project.folder, descriptors: 192 }, "dev", "--matrix");
  expect([await door.ended(), door.text.includes("contradicts")]).toEqual([0, false]);
});
