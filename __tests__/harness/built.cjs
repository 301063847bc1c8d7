"use strict";
/** What a tier with commands needs: the project that they copy, and Terraform with its stand-ins where tests plan. */
const { mkdirSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const ensureShopProject = require("./shop-project.cjs");
const { useStandIns } = require("./stand-ins.cjs");

module.exports = async (_global, { displayName }) => {
  await ensureShopProject();
  if (displayName.name === "main-job") return;
  hideTools();
  const obstacle = useStandIns();
  if (obstacle !== undefined) console.error(obstacle);
};

/** A deploy asks `aws` and `gcloud`. With those of the machine it would ask real clouds, which took 8 s of each deploy. */
function hideTools() {
  const folder = join(tmpdir(), "tools-without-account");
  mkdirSync(folder, { recursive: true });
  for (const name of ["aws", "gcloud"]) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name}: no account" >&2\nexit 1\n`, { mode: 0o755 });
  }
  process.env.PATH = `${folder}:${process.env.PATH}`;
}
