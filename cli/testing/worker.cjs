"use strict";
/**
 * Runs the deployed artefact of the authorizer in a thread of its own, without a socket: `https.request` answers from
 * what it is given, and any other connection fails. The artefact has no test switch.
 */
const { EventEmitter } = require("node:events");
const https = require("node:https");
const { syncBuiltinESMExports } = require("node:module");
const net = require("node:net");
const { Readable } = require("node:stream");
const { pathToFileURL } = require("node:url");
const { parentPort, workerData } = require("node:worker_threads");

const { artefact, documents, principals, events } = workerData;
const HOUR = 3600;

net.Socket.prototype.connect = () => {
  throw new Error("no socket is opened here");
};
https.request = (url, { headers }) => {
  const outgoing = new EventEmitter();
  outgoing.destroy = () => {};
  outgoing.end = (body) =>
    setImmediate(() => {
      const answer = answerOf(new URL(url), String(body ?? ""), headers);
      const response = Object.assign(Readable.from([Buffer.from(answer ?? "")]), { statusCode: answer ? 200 : 404 });
      outgoing.emit("response", response);
    });
  return outgoing;
};
syncBuiltinESMExports();

/** What issuers, AWS STS, Google STS and IAM Credentials answer when everything is well. */
function answerOf({ href, host, pathname }, body, headers) {
  if (documents[href] !== undefined) return documents[href];
  if (/^sts\..+\.amazonaws\.com$/.test(host)) {
    const arn = principals[/Credential=(\w+)\//.exec(headers.authorization)?.[1]];
    if (arn !== undefined) return `<A><Arn>${arn}</Arn><Account>${arn.split(":")[4]}</Account></A>`;
    const expires = new Date(Date.now() + HOUR * 1000).toISOString();
    const keys = `<AccessKeyId>ASIA${"0".repeat(16)}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>`;
    return `<A><Credentials>${keys}<SessionToken>x</SessionToken><Expiration>${expires}</Expiration></Credentials></A>`;
  }
  if (host === "sts.googleapis.com") {
    const type = "urn:ietf:params:oauth:token-type:access_token";
    return JSON.stringify({ access_token: "x", issued_token_type: type, token_type: "Bearer" });
  }
  const account = /\/serviceAccounts\/(.+):generateIdToken$/.exec(pathname)?.[1];
  if (host !== "iamcredentials.googleapis.com" || account === undefined) return undefined;
  const claims = {
    aud: JSON.parse(body).audience,
    email: decodeURIComponent(account),
    exp: Math.floor(Date.now() / 1000) + HOUR,
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return JSON.stringify({ token: `${part({ alg: "RS256" })}.${part(claims)}.${part("x")}` });
}

async function decideAll() {
  const functions = await import(pathToFileURL(artefact).href);
  const decisions = [];
  for (const { handler, event } of events) {
    let line = "";
    process.stdout.write = (text) => {
      line = String(text);
      return true;
    };
    // A refusal may be an error, in the words that API Gateway translates. The log line says what was decided.
    await functions[handler](event).catch(() => {});
    const { decision, reason } = JSON.parse(line);
    decisions.push({ decision, reason });
  }
  parentPort.postMessage(decisions);
}

decideAll();
