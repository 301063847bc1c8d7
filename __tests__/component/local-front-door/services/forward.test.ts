import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createRawServer, type Socket } from "node:net";
import { forwardTo } from "../../../../packages/local-front-door/services/forward";
import { startSmallStack } from "../../../support/local/small-stack";

let server: Server;
let connections = 0;
let answer: (bytes: Buffer) => Buffer;
beforeEach(async () => {
  connections = 0;
  answer = (bytes) => bytes;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = answer(Buffer.concat(chunks));
      response.writeHead(200, { "content-length": bytes.length }).end(bytes);
    });
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

/** The small stack with this server behind its Cloud Run service. */
const start = () => startSmallStack([], undefined, { service: forwardTo((server.address() as AddressInfo).port) });

test("consecutive requests share a connection to their service", async () => {
  const clouds = await start();
  for (let index = 0; index < 10; index++) expect((await fetch(`${clouds.url}/open/${index}`)).status).toBe(200);
  expect(connections).toBe(1);
  await clouds.stop();
});

test("a service that has ended its connections meanwhile is called again", async () => {
  const clouds = await start();
  const { port } = server.address() as AddressInfo;
  const ended: Promise<unknown>[] = [];
  const watch = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    socket.once("connect", () => {
      if (socket.remotePort === port) ended.push(new Promise((resolve) => socket.once("close", resolve)));
    });
  };
  subscribe("net.client.socket", watch);
  await fetch(`${clouds.url}/open/1`);
  unsubscribe("net.client.socket", watch);
  server.closeAllConnections();
  expect(ended).toHaveLength(1);
  await Promise.all(ended);
  expect((await fetch(`${clouds.url}/open/2`)).status).toBe(200);
  expect(connections).toBe(2);
  await clouds.stop();
});

test("binary bodies pass byte for byte in both directions", async () => {
  const clouds = await start();
  const body = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
  answer = (bytes) => Buffer.from(bytes.toReversed());
  const headers = { authorization: "x" };
  const response = await fetch(`${clouds.url}/scoped`, { method: "POST", body, headers });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(body.toReversed()));
  await clouds.stop();
});

test("the length in a service's answer to HEAD arrives", async () => {
  answer = () => Buffer.from("12345");
  const clouds = await start();
  const response = await fetch(`${clouds.url}/scoped`, { method: "HEAD", headers: { authorization: "x" } });
  expect(response.headers.get("content-length")).toBe("5");
  await clouds.stop();
});

/** A service that writes these bytes for each request, in these pieces. */
async function rawService(pieces: readonly string[]) {
  const raw = createRawServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
  });
  await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
  const clouds = await startSmallStack([], undefined, { service: forwardTo((raw.address() as AddressInfo).port) });
  return {
    get: () => fetch(`${clouds.url}/open/1`),
    stop: async () => {
      await clouds.stop();
      raw.close();
    },
  };
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const FINAL = `HTTP/1.1 200 OK\r\ncontent-length: ${CONTINUE.length}\r\n\r\n${CONTINUE}`;

test.each([
  ["in a packet of its own", [CONTINUE, FINAL]],
  ["with the answer", [CONTINUE + FINAL]],
  ["twice, with other interim answers", [CONTINUE, `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${CONTINUE}`, FINAL]],
  ["without a reason", ["HTTP/1.1 100\r\n\r\n", FINAL]],
  ["never", [FINAL]],
  ["never, and a body that looks like it in a packet of its own", [FINAL.slice(0, -CONTINUE.length), CONTINUE]],
])("a service's 100 Continue that was not asked for is ignored: %s", async (_, pieces) => {
  const service = await rawService(pieces);
  for (const again of [1, 2]) {
    const answer = await service.get();
    expect([again, answer.status, await answer.text()]).toEqual([again, 200, CONTINUE]);
  }
  await service.stop();
});
