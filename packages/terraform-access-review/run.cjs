#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const program = join(__dirname, "dist", "cli.cjs");
if (existsSync(program)) {
  require(program);
} else {
  console.error(
    "This copy of terraform-access-review is incomplete. In a clone, npm run pack -- terraform-access-review makes a complete one.",
  );
  process.exitCode = 64;
}
