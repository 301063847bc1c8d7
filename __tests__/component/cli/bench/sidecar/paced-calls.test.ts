import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pacedCalls } from "../../../../../cli/bench/sidecar/paced-calls";

let server: Server;
let connections = 0;
let calls = 0;
let url: string;
beforeEach(async () => {
  [connections, calls] = [0, 0];
  server = createServer((_, response) => {
    calls += 1;
    response.statusCode = 401;
    response.end("no\n");
  });
  server.on("connection", () => (connections += 1));
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("sends every call, over kept connections, and tells how long each took", async () => {
  const times = await pacedCalls({ url, status: 401 }, { connections: 4, callsPerSecond: 2000, calls: 50 });
  expect({ times: times.length, calls, connections }).toEqual({ times: 50, calls: 50, connections: 4 });
  expect(Math.min(...times)).toBeGreaterThan(0);
});

test("another status than the expected one was not measured", async () => {
  const measured = pacedCalls({ url }, { connections: 2, callsPerSecond: 2000, calls: 10 });
  await expect(measured).rejects.toThrow(`${url} answered 401`);
});
