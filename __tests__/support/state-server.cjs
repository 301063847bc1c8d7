"use strict";
/** Terraform's `http` backend, run as a thread: keeps each state in the file that the URL names. */
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { workerData: port } = require("node:worker_threads");

const server = createServer(async (request, response) => {
  const path = decodeURI(request.url);
  if (request.method === "GET") {
    if (existsSync(path)) response.end(readFileSync(path));
    else response.writeHead(404).end();
    return;
  }
  writeFileSync(path, Buffer.concat(await request.toArray()));
  response.end();
});
server.listen(0, "127.0.0.1", () => {
  Atomics.store(port, 0, server.address().port);
  Atomics.notify(port, 0);
});
