"use strict";
/**
 * The least service: answers every request with a few bytes, on a free port of 127.0.0.1. Sends the port to its parent,
 * and ends with it.
 */
const { createServer } = require("node:http");

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.end("ok\n"));
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
