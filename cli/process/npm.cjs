"use strict";
/** Plain JavaScript, so that scripts can use it without a build. `npm.d.cts` describes the exports. */
const { existsSync } = require("node:fs");
const { basename, dirname, join } = require("node:path").win32;

function npmCommand(platform = process.platform, { execPath, env } = process, exists = existsSync) {
  if (platform !== "win32") return ["npm"];
  const running = env.npm_execpath ?? "";
  const installed = join(dirname(execPath), "node_modules", "npm", "bin", "npm-cli.js");
  const found = [running, installed].find((path) => basename(path) === "npm-cli.js" && exists(path));
  return found === undefined ? ["npm"] : [execPath, found];
}

module.exports = { npmCommand };
