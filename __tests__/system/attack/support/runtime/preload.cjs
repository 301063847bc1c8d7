"use strict";
/**
 * Extends `function/preload.cjs` with what an attack must see or change, without a switch in the artefact: the hosts to
 * which the process connects, and the clock. Records are written to the process's own folder. A file there, read before
 * each event, advances or stops the clock.
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
