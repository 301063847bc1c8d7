"use strict";
/**
 * The issuer and both clouds as TLS servers at a distance: a proxy in front of them holds back every piece of every
 * connection for half a round trip, in each direction. A connection to the proxy itself takes no time, so the proxy also
 * holds back the first piece by the round trip that the TCP handshake would take.
 *
 * The times therefore include TCP, TLS and HTTP, but not name lookups or the growth of TCP's window. No answer here is
 * larger than the first window.
 */
const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { createServer: createTlsServer } = require("node:https");
const { connect, createServer } = require("node:net");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { generate } = require("selfsigned");
const { cloudAnswer } = require("../../cli/testing/clouds.cjs");

/**
 * @param scene the issuers' answers, and the names of the certificate
 * @param roundTrip in milliseconds; 0 leaves the proxy in place
 */
async function startFarClouds(scene, roundTrip) {
  const calls = [];
  const { private: key, cert } = await generate([{ name: "commonName", value: "far clouds" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: scene.hosts.map((value) => ({ type: 2, value })) }],
  });
  const clouds = createTlsServer({ key, cert }, async (request, response) => {
    const url = new URL(request.url, `https://${request.headers.host}`);
    calls.push(url.hostname);
    let body = "";
    for await (const chunk of request) body += chunk;
    response.end(cloudAnswer(scene, url, body, request.headers));
  });
  const proxy = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: clouds.address().port, host: "127.0.0.1", noDelay: true });
    pipe(near, far, roundTrip / 2, roundTrip);
    pipe(far, near, roundTrip / 2, 0);
  });
  await Promise.all([listening(clouds), listening(proxy)]);
  const folder = mkdtempSync(join(tmpdir(), "front-door-cold-"));
  const authorityFile = join(folder, "authority.pem");
  writeFileSync(authorityFile, cert);
  return {
    port: proxy.address().port,
    authorityFile,
    /** Hosts called since the last time, in order. */
    take: () => calls.splice(0),
    stop: () => rmSync(folder, { recursive: true }),
  };
}

/** Passes on what arrives, in its order. `handshake` is the time that a TCP handshake would have taken before. */
function pipe(from, to, delay, handshake) {
  const free = performance.now() + handshake;
  const at = () => Math.max(performance.now(), free) + delay;
  const pass = (act) => (delay === 0 ? act() : later(at(), act));
  from.on("data", (chunk) => pass(() => to.write(chunk)));
  from.on("end", () => pass(() => to.end()));
  for (const end of ["error", "close"]) from.on(end, () => pass(() => to.destroy()));
}

/** Acts exactly when due: a timer alone is up to a millisecond late, and a decision has up to twelve of them. */
function later(due, act) {
  setTimeout(
    () => {
      while (performance.now() < due);
      act();
    },
    due - performance.now() - 2,
  );
}

function listening(server) {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}

module.exports = { startFarClouds };
