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

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

describeWhere(NO_ENVOY, "a port that another Envoy has taken", () => {
  test("is not shared: the later Envoy takes another port, and each door answers its own calls", async () => {
    const first = await startPreview([]);
    nextPorts = given.splice(0);
    expect(nextPorts.length).toBe(2);
    const taken = [...nextPorts];
    const second = await startPreview([]);
    expect(given.slice(0, 2)).toEqual(taken);
    for (const deadline = Date.now() + 20_000; given.length < 4 && Date.now() < deadline; ) await pause();
    await first.stop();
    for (const deadline = Date.now() + 20_000; second.sidecars.running.size < 2 && Date.now() < deadline; )
      await pause();
    expect(given).toHaveLength(4);
    expect([await statusOf(second), await statusOf(second)]).toEqual([200, 200]);
    await second.stop();
  });
});
