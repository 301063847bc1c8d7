import { Agent, get } from "node:http";
import { OneAddress } from "../../../../cli/local/twins";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { startSmallStack } from "../../../support/local/small-stack";

const REGIONS = ["eu-west-1", "us-east-1"] as const;
const CONNECTIONS = 50;

let doors: readonly Clouds[];
let address: OneAddress;
let url: string;
beforeAll(async () => {
  doors = await Promise.all(REGIONS.map(() => startSmallStack()));
  const sides = doors.map((door, at) => {
    return { region: REGIONS[at] as string, port: () => Number(new URL(door.url).port) };
  });
  address = new OneAddress(sides);
  url = `http://127.0.0.1:${await address.listen(0)}/open/1`;
});
afterAll(async () => {
  address.close();
  for (const door of doors) await door.stop();
});

/** Whether a call is answered; the connection is kept for the next one. */
function isAnswered(agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200));
      response.on("error", () => resolve(false));
    });
    request.on("error", () => resolve(false));
  });
}

test(`of ${CONNECTIONS} connections under load, a failover and its return lose at most the calls in flight`, async () => {
  let [answered, lost, isOver] = [0, 0, false];
  const load = Array.from({ length: CONNECTIONS }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!isOver) {
      if (await isAnswered(agent)) answered += 1;
      else lost += 1;
    }
    agent.destroy();
  });
  const more = async (count: number) => {
    const target = answered + count;
    while (answered < target) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const callsOf = (door: number) => doors[door]?.trace.requests.total ?? 0;
  await more(200);
  address.fail(REGIONS[0]);
  await more(200);
  const [lostOnce, first] = [lost, callsOf(0)];
  await more(200);
  expect(callsOf(0)).toBe(first);
  address.fail(undefined);
  address.fail(REGIONS[1]);
  await more(200);
  isOver = true;
  await Promise.all(load);
  expect(lostOnce).toBeGreaterThan(0);
  expect(lostOnce).toBeLessThanOrEqual(CONNECTIONS);
  expect(lost - lostOnce).toBeLessThanOrEqual(CONNECTIONS);
  process.stderr.write(`lost of ${answered + lost} calls: ${lostOnce} and ${lost - lostOnce}\n`);
});
