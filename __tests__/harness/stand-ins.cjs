"use strict";
/**
 * Lets commands and tests use Terraform with the stand-in providers of `stand-ins/`, unless the environment already names
 * a Terraform or its configuration. Laid out once, below `.build/`.
 */
const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const ROOT = join(__dirname, "../..");
const FOLDER = join(ROOT, ".build", "stand-ins");
const ENV = join(FOLDER, "env");

const has = (...command) => spawnSync(command[0], command.slice(1), { stdio: "ignore" }).status === 0;

/** Sets the variables of this process, and returns a line with the reason if that is not possible. */
function useStandIns(env = process.env) {
  if (env.TERRAFORM_BINARY_NAME || env.TF_CLI_CONFIG_FILE) return undefined;
  if (!has("python3", "--version") || !has("go", "version"))
    return "stand-ins for Terraform's providers need Python 3 and Go";
  if (!existsSync(ENV)) console.error("laying out Terraform and stand-ins for its providers: about 30 seconds, once");
  const { status, stderr } = spawnSync(join(ROOT, "stand-ins/setup"), [FOLDER], { encoding: "utf8" });
  if (status !== 0)
    return `stand-ins for Terraform's providers cannot be laid out: ${stderr.trim().split("\n").at(-1)}`;
  for (const [, name, value] of readFileSync(ENV, "utf8").matchAll(/^export (\w+)='?([^'\n]*)'?/gm)) {
    env[name] = name === "PATH" ? `${value}:${env.PATH}` : value;
  }
  return undefined;
}

module.exports = { useStandIns };
