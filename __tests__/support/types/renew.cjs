"use strict";
/** `npm run written`: collects what the stacks write for each type, and writes it to `types/written.json`. */
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const root = join(__dirname, "../../..");
const args = [
  join(root, "node_modules/.bin/jest"),
  "__tests__/unit/terraform-access-review/types/written",
  "--selectProjects=unit",
  // Runs only this test, because the others of that file compare with the list before the change.
  "--testNamePattern=exactly the arguments that the stacks write",
];
const env = { ...process.env, FRONT_DOOR_RENEW_WRITTEN: "1" };
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
