"use strict";
/**
 * Bare round trips through the proxy of `far-clouds.cjs`: one small call after another over one TLS connection, from a
 * separate process. Sends the time of the fastest to its parent, in milliseconds.
 *
 * Arguments: the proxy's port, the file of its certificate authority, the URL to call.
 */
const { readFileSync } = require("node:fs");
const { Agent, get } = require("node:https");

const CALLS = 10;

async function main() {
  const [port, authorityFile, url] = process.argv.slice(2);
  const { hostname, pathname } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(authorityFile) });
  const ask = () =>
    new Promise((resolve, reject) => {
      const askedAt = performance.now();
      const options = {
        agent,
        host: "127.0.0.1",
        port,
        servername: hostname,
        headers: { host: hostname },
        path: pathname,
      };
      const call = get(options, (response) => {
        response.resume().on("end", () => resolve(performance.now() - askedAt));
      });
      call.on("error", reject);
    });
  // The first call opens the connection.
  await ask();
  const times = [];
  for (let at = 0; at < CALLS; at++) times.push(await ask());
  process.send(Math.min(...times), () => process.exit());
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
