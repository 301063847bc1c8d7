import { CommandError } from "../../cli/process/command-error";
import { findTerraform } from "../../cli/terraform/binary";

const { ensureBuilt } = require("../../cli/bundle/build.cjs");

/** Says in one sentence what is missing, before jest collects a suite that needs it. */
export default function setUp(): void {
  for (const synthesizes of [true, false]) ensureBuilt(synthesizes);
  try {
    findTerraform();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}
