"use strict";
/** `npm run written`: collects what the stacks write of each type, and writes `types/written.json` from it. */
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const root = join(__dirname, "../../..");
const args = [
  join(root, "node_modules/.bin/jest"),
  "__tests__/unit/terraform-access-review/types/written",
  "--selectProjects=unit",
  // The other tests of that file have read the list as it was.
  "--testNamePattern=those that the stacks write",
];
const env = { ...process.env, FRONT_DOOR_RENEW_WRITTEN: "1" };
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
