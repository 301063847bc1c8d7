"use strict";
/**
 * Preloaded into the process that runs the deployed artefact (`node --require`). For this process, the local server is
 * the internet. Every TLS connection to port 443 goes to 127.0.0.1 and trusts only the local authority. The certificate
 * is still checked for the intended host name. So the artefact needs no test switch that a person could use in
 * production.
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
    throw new Error("only port 443 can be called from here");
  }
  const servername = options.servername || options.host;
  return connect({ ...options, host: "127.0.0.1", port: Number(port), servername, ca }, ...rest);
};
