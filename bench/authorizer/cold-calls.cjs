"use strict";
/**
 * One life of an instance of the function: its start, the first decision, and a renewal of its Google token. All hosts are
 * behind one proxy that delays each round trip. Writes the times, in milliseconds, and the calls to the third channel.
 *
 * Arguments: the scene, the kind of API (`http`, `rest`), the delay in milliseconds. The environment is the function's.
 */
const { fork } = require("node:child_process");
const { readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { startFarClouds } = require("./far-clouds.cjs");

const RUNTIME = join(__dirname, "..", "..", "packages", "local-front-door", "function");

/** A Google token lives an hour, and is due for renewal ten minutes before its end. */
const DUE_SECONDS = 3000;

async function main() {
  const [file, kind, delay] = process.argv.slice(2);
  const scene = JSON.parse(readFileSync(file, "utf8"));
  const folder = dirname(scene.module);
  const clouds = await startFarClouds(scene, Number(delay));
  const bare = await bareRoundTrip(clouds, scene.keys);
  clouds.take();
  const startedAt = performance.now();
  const instance = fork(join(RUNTIME, "function-runtime.cjs"), [String(clouds.port), clouds.authorityFile], {
    cwd: folder,
    execArgv: ["--require", join(RUNTIME, "preload.cjs"), "--require", join(__dirname, "clock.cjs")],
    env: { ...process.env, _HANDLER: "index.callers", LAMBDA_TASK_ROOT: folder },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ask = (event) =>
    new Promise((resolve) => {
      instance.once("message", resolve);
      instance.send(event);
    });
  const [unknown, ...events] = scene[kind].map((text) => JSON.parse(text));
  const decided = async (ahead) => {
    const event = { ...events.shift(), ahead };
    const busyBefore = processorTime(instance.pid);
    const askedAt = performance.now();
    const { value } = await ask(event);
    const milliseconds = performance.now() - askedAt;
    const busy = processorTime(instance.pid) - busyBefore;
    if (value?.context.decision !== "allowed") throw new Error("a good token was refused");
    return {
      milliseconds,
      busy: Number.isNaN(busy) ? undefined : busy,
      googleToken: value.context.googleAuthorization,
    };
  };

  // The answer for an unknown route needs no call, so it shows that the function is loaded.
  await ask({ ...unknown, routeKey: "GET /none", resource: "/none" });
  const start = { milliseconds: performance.now() - startedAt, calls: clouds.take() };
  const first = { ...(await decided(0)), calls: clouds.take() };
  // The keys are fetched again, so that the next call has only a token to renew.
  await decided(DUE_SECONDS - 1);
  clouds.take();
  const due = await decided(DUE_SECONDS + 1);
  await new Promise((resolve) => setTimeout(resolve, Number(delay) * 12 + 200));
  const after = await decided(DUE_SECONDS + 2);
  const renewal = { due: due.milliseconds, after: after.milliseconds, calls: clouds.take() };
  if (after.googleToken === first.googleToken) throw new Error("the Google token was not renewed");
  writeFileSync(3, JSON.stringify({ bare, start, first, renewal }));
  clouds.stop();
  process.exit();
}

/** What the first thread of a process has used so far, in milliseconds; `NaN` where Linux does not report it. */
function processorTime(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** The time of one call over an open connection, in milliseconds. */
function bareRoundTrip({ port, authorityFile }, url) {
  const asking = fork(join(__dirname, "round-trips.cjs"), [String(port), authorityFile, url]);
  return new Promise((resolve, reject) => {
    asking.once("message", resolve);
    asking.once("exit", () => reject(new Error("no round trip could be measured")));
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
