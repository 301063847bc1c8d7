import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { callsPerSecond, keptConnections, newTokens, timeCall } from "../../../../../cli/bench/door/calls";
import { NotMeasured } from "../../../../../cli/bench/not-measured";

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

test("a load is as many calls as it says, over as many connections", async () => {
  expect(await callsPerSecond({ url: url(), token: "t" }, 5, 23)).toBeGreaterThan(0);
  expect(seen).toEqual(Array(23).fill("GET /orders Bearer t"));
  expect(connections).toBe(5);
});

test("an answer that is no 200 is no measurement, and ends the load", async () => {
  status = 429;
  const agent = keptConnections(1);
  await expect(timeCall(agent, { url: url() })).rejects.toThrow(NotMeasured);
  agent.destroy();
  await expect(callsPerSecond({ url: url() }, 2, 10)).rejects.toThrow(`${url()} answered 429`);
  await expect(newTokens(url(), "id:secret", 1)).rejects.toThrow(NotMeasured);
});

test("each new token is asked for by itself, with the program's secret", async () => {
  expect(await newTokens(url(), "id:secret", 2)).toEqual(["token-1", "token-2"]);
  expect(seen[0]).toBe(`POST /orders Basic ${Buffer.from("id:secret").toString("base64")}`);
});
