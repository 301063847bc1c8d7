"use strict";
/**
 * A minimal service, which answers every request with a few bytes. With a port as its argument, a minimal Node proxy,
 * which forwards every request to that port over persistent connections. Listens on a free port of 127.0.0.1, sends the
 * port to its parent, and ends with it.
 */
const { Agent, createServer, request } = require("node:http");

const agent = new Agent({ keepAlive: true });
const port = process.argv[2];
const server = createServer(port === undefined ? answer : proxy);
// Longer than any round, so that the proxy meets no connection that is being closed.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());

function answer(incoming, outgoing) {
  incoming.resume();
  incoming.on("end", () => outgoing.end("ok\n"));
}

function proxy(incoming, outgoing) {
  const { method, url: path, headers } = incoming;
  const asked = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answered) => {
    outgoing.writeHead(answered.statusCode, answered.headers);
    answered.pipe(outgoing);
  });
  asked.on("error", () => outgoing.writeHead(502).end());
  incoming.pipe(asked);
}
