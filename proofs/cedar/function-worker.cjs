"use strict";
/**
 * Runs the deployed artefact of the authorizer in a separate thread, without a socket and at a fixed time. Each message is
 * one environment with its events.
 */
const { EventEmitter } = require("node:events");
const { writeFileSync } = require("node:fs");
const https = require("node:https");
const { syncBuiltinESMExports } = require("node:module");
const { join } = require("node:path");
const { Readable } = require("node:stream");
const { pathToFileURL } = require("node:url");
const { parentPort, workerData } = require("node:worker_threads");
const { cutOff } = require("../../cli/testing/clouds.cjs");

const { folder, now } = workerData;
Date.now = () => now * 1000;
const scene = { documents: {} };
cutOff(scene);
const cloudRequest = https.request;
/** AWS STS answers as the scene determines for the access key of a request. */
https.request = (url, options) => {
  const answer = scene.answers?.[/Credential=(\w+)\//.exec(options.headers?.authorization)?.[1]];
  if (answer === undefined) return cloudRequest(url, options);
  const outgoing = Object.assign(new EventEmitter(), { destroy: () => {} });
  outgoing.end = () =>
    setImmediate(() => {
      const { status: statusCode, body } = answer;
      if (statusCode === 0) return outgoing.emit("error", new Error("the connection broke"));
      outgoing.emit("response", Object.assign(Readable.from([Buffer.from(body)]), { statusCode }));
    });
  return outgoing;
};
syncBuiltinESMExports();
let environments = 0;

async function decide({ policy, variables, events, ...given }) {
  Object.assign(scene, given);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
  writeFileSync(join(folder, "authorizer-policy.json"), JSON.stringify(policy));
  // Another address of the same file is another instance of the function.
  environments += 1;
  const functions = await import(`${pathToFileURL(join(folder, "index.mjs")).href}?${environments}`);
  let line = "";
  process.stdout.write = (text) => {
    line = String(text);
    return true;
  };
  const answers = [];
  for (const { handler, event } of events) {
    line = "";
    const answer = await functions[handler](event).catch((error) => ({ error: error.message }));
    answers.push({ answer, log: line === "" ? undefined : JSON.parse(line) });
  }
  return answers;
}

parentPort.on("message", (environment) => {
  decide(environment).then(
    (answers) => parentPort.postMessage({ answers }),
    (error) => parentPort.postMessage({ error: String(error.stack) }),
  );
});
