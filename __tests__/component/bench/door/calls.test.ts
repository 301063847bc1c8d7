import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { keptConnections, newTokens, timeCall, timeCalls } from "../../../../bench/door/calls";
import { NotMeasured } from "../../../../bench/measure/figure";

let server: Server;
let connections = 0;
const seen: string[] = [];
let status = 200;
beforeEach(async () => {
  [connections, status, seen.length] = [0, 200, 0];
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status).end(JSON.stringify({ access_token: `token-${seen.length}` }));
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;

test("a load makes the given number of calls over the given number of connections, and times each", async () => {
  const times = await timeCalls({ url: url(), token: "t" }, { connections: 5, calls: 23 });
  expect([times.length, Math.min(...times) > 0]).toEqual([23, true]);
  expect(seen).toEqual(Array(23).fill("GET /orders Bearer t"));
  expect(connections).toBe(5);
});

test("an answer other than 200 ends the load without a measurement", async () => {
  status = 429;
  const agent = keptConnections(1);
  await expect(timeCall(agent, { url: url() })).rejects.toThrow(NotMeasured);
  agent.destroy();
  await expect(timeCalls({ url: url() }, { connections: 2, calls: 10 })).rejects.toThrow(`${url()} answered 429`);
  await expect(newTokens(url(), "id:secret", 1)).rejects.toThrow(NotMeasured);
});

test("requests each new token separately, with the program's secret", async () => {
  expect(await newTokens(url(), "id:secret", 2)).toEqual(["token-1", "token-2"]);
  expect(seen[0]).toBe(`POST /orders Basic ${Buffer.from("id:secret").toString("base64")}`);
});
