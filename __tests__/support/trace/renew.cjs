"use strict";
/** `npm run stories`: provokes the failures of docs/how-to/debugging.md again, and writes what trace prints into it. */
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const root = join(__dirname, "../../..");
const args = [
  join(root, "node_modules/.bin/jest"),
  "__tests__/component/cli/trace/stories",
  "--selectProjects=component",
];
const env = { ...process.env, FRONT_DOOR_RENEW_STORIES: "1" };
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
