import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../cli/process/command-error";
import { findTerraform } from "../../cli/terraform/binary";
import { PROVIDERS } from "../../cli/terraform/providers";
import { Terraform } from "../../cli/terraform/terraform";

/**
 * Returns in a few words why this machine cannot plan a stack; undefined if it can. It runs `terraform init` for the
 * providers of every stack, and needs no stack.
 */
export function terraformObstacle(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "front-door-probe-"));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: PROVIDERS } }));
    const init = new Terraform(findTerraform(), folder).run("init", "-input=false", "-no-color");
    return init.code === 0 ? undefined : "since terraform init could not get the providers";
  } catch (error) {
    if (error instanceof CommandError) return error.message.split("\n")[0];
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
