import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer, type Server } from "node:net";
import {
  firstFreeFrom,
  freePorts,
  listenOnLoopback,
  stopListening,
} from "../../../../packages/local-front-door/net/loopback";

const servers: Server[] = [];
afterEach(async () => {
  for (const each of servers.splice(0)) await new Promise((resolve) => each.close(resolve));
});
function server(): Server {
  const made = createServer();
  servers.push(made);
  return made;
}

test("the first free port of several is used, and a single port that is in use is an error", async () => {
  const taken = await listenOnLoopback(server());
  const [free = 0] = await freePorts(1);
  expect(await listenOnLoopback(server(), [taken, taken, free])).toBe(free);
  await expect(listenOnLoopback(server(), taken)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await expect(listenOnLoopback(server(), [taken, taken])).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(firstFreeFrom(8080).slice(0, 3)).toEqual([8080, 8081, 8082]);
});

test("a server stops even if a client has connected without starting a TLS handshake", async () => {
  const tls = createTlsServer();
  const port = await listenOnLoopback(tls);
  const accepted = once(tls, "connection");
  const client = connect(port, "127.0.0.1");
  await accepted;
  const closed = once(client.resume(), "close");
  await stopListening(tls);
  await closed;
  expect(tls.listening).toBe(false);
});
