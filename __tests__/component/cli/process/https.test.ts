import { createServer, type RequestListener, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { BODY_BYTES, httpsClient } from "../../../../cli/process/https";

let server: Server;
let handle: RequestListener;

beforeAll(async () => {
  server = createServer((incoming, outgoing) => handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const port = () => (server.address() as AddressInfo).port;
const client = (seconds?: number) =>
  httpsClient(
    (options, answered) => request({ ...options, protocol: "http:", hostname: "127.0.0.1", port: port() }, answered),
    seconds,
  );
const call = (path = "/", seconds?: number) =>
  client(seconds)({ method: "GET", origin: "https://api.test.example", path, headers: { "x-probe": "1" } });

test("sends a path byte for byte, because probes test dots and escapes", async () => {
  const seen: (string | undefined)[] = [];
  handle = (incoming, outgoing) => {
    seen.push(incoming.url, incoming.headers["x-probe"] as string);
    outgoing.end("yes");
  };
  expect(await call("/a/../b/%2e%2e/%252F")).toMatchObject({ status: 200, body: "yes" });
  expect(seen).toEqual(["/a/../b/%2e%2e/%252F", "1"]);
});

test("connects to another host under the origin's own certificate and Host, and else where DNS leads", async () => {
  const seen: object[] = [];
  handle = (incoming, outgoing) => outgoing.end(incoming.headers.host);
  const client = httpsClient((options, answered) => {
    seen.push([options.hostname, options.servername]);
    return request({ ...options, protocol: "http:", hostname: "127.0.0.1", port: port() }, answered);
  });
  const there = { origin: "https://api.test.example", at: "d-1.execute-api.test" };
  const hosts = [];
  for (const place of [there, { origin: "https://orders.run.example" }])
    hosts.push((await client({ method: "GET", ...place, path: "/", headers: {} })).body);
  expect(seen).toEqual([
    ["d-1.execute-api.test", "api.test.example"],
    ["orders.run.example", undefined],
  ]);
  expect(hosts).toEqual(["api.test.example", "orders.run.example"]);
});

test("returns a redirect without following it", async () => {
  let calls = 0;
  handle = (_incoming, outgoing) => {
    calls++;
    outgoing.writeHead(302, { location: "https://elsewhere.example/" }).end();
  };
  expect(await call()).toMatchObject({ status: 302, headers: { location: "https://elsewhere.example/" } });
  expect(calls).toBe(1);
});

test("reads a body up to its limit", async () => {
  handle = (_incoming, outgoing) => outgoing.end("x".repeat(3 * BODY_BYTES));
  expect((await call()).body).toHaveLength(BODY_BYTES);
});

test("a server that falls silent before or during its answer gives no answer", async () => {
  handle = () => {};
  await expect(call("/", 0.05)).rejects.toThrow("no answer within 0.05 s");
  handle = (_incoming, outgoing) => outgoing.write("half");
  await expect(call("/", 0.05)).rejects.toThrow("no answer");
});

test("a broken connection gives no answer, with the reason", async () => {
  handle = (incoming) => incoming.socket.destroy();
  await expect(call()).rejects.toThrow("no answer: ECONNRESET");
});

test("the real transport accepts only TLS", async () => {
  handle = (_incoming, outgoing) => outgoing.end("in clear");
  const real = httpsClient();
  const headers = {};
  await expect(real({ method: "GET", origin: `https://127.0.0.1:${port()}`, path: "/", headers })).rejects.toThrow(
    "no answer: ",
  );
  await expect(real({ method: "GET", origin: `http://127.0.0.1:${port()}`, path: "/", headers })).rejects.toThrow(
    "https:",
  );
});
