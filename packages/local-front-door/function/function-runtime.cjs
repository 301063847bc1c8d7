"use strict";
/**
 * Acts as AWS Lambda's Node runtime: loads `<file>.<export>` from the task's folder and calls it with one event at a
 * time. Runs as a child process with only the function's environment. Events and results use the process's channel. The
 * function's output is its log.
 *
 * `_HANDLER` and `LAMBDA_TASK_ROOT` are Lambda's own variables.
 */
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

async function load() {
  const [file, name] = process.env._HANDLER.split(".");
  // Lambda's order: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
  const path = [".js", ".mjs", ".cjs"]
    .map((extension) => join(process.env.LAMBDA_TASK_ROOT, `${file}${extension}`))
    .find(existsSync);
  if (path === undefined) throw new Error(`no module ${file} in the archive`);
  const handler = (await import(pathToFileURL(path).href))[name];
  if (typeof handler !== "function") throw new Error(`${file} exports no function ${name}`);
  return handler;
}

const loading = load();
loading.catch(() => {}); // Reported at the first event.

// Marks the log's end in each stream, because a result may overtake earlier output.
function end(result) {
  for (const stream of [process.stdout, process.stderr]) stream.write("\0");
  process.send(result);
}

process.on("message", async (event) => {
  try {
    const handler = await loading;
    end({ kind: "answer", value: await handler(event, {}) });
  } catch (error) {
    end({ kind: "error", message: String(error?.message) });
  }
});
process.on("disconnect", () => process.exit());
