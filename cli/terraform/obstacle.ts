import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../command-error";
import { findTerraform } from "./binary";
import { Terraform } from "./terraform";

/** The providers of every stack, without a stack: whether they can be had is all that is asked. */
const PROVIDERS = {
  terraform: {
    required_providers: {
      aws: { source: "hashicorp/aws", version: "6.25.0" },
      google: { source: "hashicorp/google", version: "6.50.0" },
    },
  },
};

/** Why this machine cannot plan a stack, in a few words; undefined when it can. */
export function terraformObstacle(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "front-door-probe-"));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(PROVIDERS));
    const init = new Terraform(findTerraform(), folder).run("init", "-input=false", "-no-color");
    return init.code === 0 ? undefined : "since terraform init could not get the providers";
  } catch (error) {
    if (error instanceof CommandError) return error.message.split("\n")[0];
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
