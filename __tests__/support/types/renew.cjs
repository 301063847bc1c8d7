"use strict";
/** `npm run written`: collects from the stacks what each attribute refers to, and writes it to `types/refers-to.json`. */
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const root = join(__dirname, "../../..");
const args = [
  join(root, "node_modules/.bin/jest"),
  "__tests__/unit/settings/written",
  "--selectProjects=unit",
  // Runs only this test, because the others of that file compare with the list before the change.
  "--testNamePattern=known targets of references",
];
const env = { ...process.env, FRONT_DOOR_RENEW_WRITTEN: "1" };
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
