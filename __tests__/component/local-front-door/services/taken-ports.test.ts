import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { describeWhere } from "../../../support/describe-where";
import { NO_ENVOY, startPreview } from "../../../support/local/preview";

const given: (readonly number[])[] = [];
let nextPorts: (readonly number[])[] = [];
jest.mock("../../../../packages/local-front-door/net/loopback", () => {
  const loopback = jest.requireActual("../../../../packages/local-front-door/net/loopback");
  return {
    ...loopback,
    freePorts: async (count: number) => {
      const ports = nextPorts.shift() ?? (await loopback.freePorts(count));
      given.push(ports);
      return ports;
    },
  };
});

async function statusOf({ url, callers }: Clouds): Promise<number> {
  const token = await callers.find(({ name }) => name === "customers/web")?.token();
  return (await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } })).status;
}

/** An Envoy starts in seconds, on a busy machine in a minute. */
async function until(isDone: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 75_000; !isDone() && Date.now() < deadline; )
    await new Promise((resolve) => setTimeout(resolve, 20));
}

describeWhere(NO_ENVOY, "a port that another Envoy has taken", () => {
  test("is not shared: the later Envoy takes another port, and each door answers its own calls", async () => {
    const first = await startPreview([]);
    nextPorts = given.splice(0);
    expect(nextPorts.length).toBe(2);
    const taken = [...nextPorts];
    const second = await startPreview([]);
    expect(given.slice(0, 2)).toEqual(taken);
    await until(() => given.length === 4);
    await first.stop();
    await until(() => second.sidecars.running.size === 2);
    expect(given).toHaveLength(4);
    expect([await statusOf(second), await statusOf(second)]).toEqual([200, 200]);
    await second.stop();
  });
});
