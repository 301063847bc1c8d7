"use strict";
/**
 * `function/preload.cjs`, and what an attack must see or change besides, without a switch in the artefact: whom the process
 * connects to, and what time it is. Notes go to the process's own folder; the clock is put forward or stopped by a file
 * there, which is read before each event.
 */
require("../../../../../packages/local-front-door/function/preload.cjs");
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const net = require("node:net");
const tls = require("node:tls");

const [localPort] = process.argv.slice(2);
const note = (...words) => appendFileSync("attack-notes", `${words.join(" ")}\n`);
note("process", process.pid);

const connectTls = tls.connect;
tls.connect = (options, ...rest) => {
  note("host", [options.servername || options.host, ...(Number(options.port) === 443 ? [] : [options.port])].join(":"));
  return connectTls(options, ...rest);
};

const connectSocket = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connect(...parameters) {
  const [first, second] = parameters.flat();
  const { port, host, path } = typeof first === "object" ? first : { port: first, host: second };
  if (String(port) !== localPort) note("stray", host ?? path, port);
  return connectSocket.apply(this, parameters);
};

const RealDate = Date;
/** `stoppedAt` or `ahead`, in milliseconds. */
let clock = {};
globalThis.Date = class extends RealDate {
  constructor(...parameters) {
    super(...(parameters.length === 0 ? [Date.now()] : parameters));
  }
  static now() {
    return clock.stoppedAt ?? RealDate.now() + (clock.ahead ?? 0);
  }
};
process.prependListener("message", () => {
  clock = existsSync("attack-clock") ? JSON.parse(readFileSync("attack-clock", "utf8")) : {};
});
