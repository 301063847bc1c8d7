"use strict";
/**
 * Preloaded into the process that runs the deployed artefact (`node --require`): to it, the local server is the
 * internet. Every TLS connection to port 443 goes to 127.0.0.1 and trusts the local authority alone; the name it was
 * meant for is still checked against the certificate. So the artefact needs no switch for tests that a person could
 * throw in production.
 *
 * Arguments of the process: the server's port, the file with the authority's certificate.
 */
const { readFileSync } = require("node:fs");
const tls = require("node:tls");

const [port, authorityFile] = process.argv.slice(2);
const ca = readFileSync(authorityFile, "utf8");
const connect = tls.connect;

tls.connect = (...parameters) => {
  const [options, ...rest] = parameters;
  if (typeof options !== "object" || Number(options.port) !== 443) {
    throw new Error("only port 443 leads anywhere from here");
  }
  const servername = options.servername || options.host;
  return connect({ ...options, host: "127.0.0.1", port: Number(port), servername, ca }, ...rest);
};
