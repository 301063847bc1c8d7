"use strict";
/** Runs the deployed artefact of the authorizer in a separate thread, without a socket. */
const { pathToFileURL } = require("node:url");
const { parentPort, workerData } = require("node:worker_threads");
const { cutOff } = require("./clouds.cjs");

async function decideAll({ artefact, events, ...scene }) {
  cutOff(scene);
  const functions = await import(pathToFileURL(artefact).href);
  const decisions = [];
  for (const { handler, event } of events) {
    let line = "";
    process.stdout.write = (text) => {
      line = String(text);
      return true;
    };
    // A refusal may be an error whose text API Gateway translates. The log line has the decision.
    await functions[handler](event).catch(() => {});
    const { decision, reason } = JSON.parse(line);
    decisions.push({ decision, reason });
  }
  parentPort.postMessage(decisions);
}

decideAll(workerData);
