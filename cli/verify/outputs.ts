import { existsSync } from "node:fs";
import { projectError } from "../process/command-error";
import { withProgress } from "../process/progress";
import type { TerraformBinary } from "../terraform/binary";
import { terraformFailure } from "../terraform/failure";
import { Terraform } from "../terraform/terraform";

/**
 * Terraform's outputs of a deployed environment. Only standard output is JSON: warnings go to standard error.
 *
 * @param folder `cdktf.out/stacks/<environment>`, initialised by an earlier plan or deploy
 */
export async function terraformOutputs(binary: TerraformBinary, folder: string, environment: string): Promise<unknown> {
  if (!existsSync(folder)) {
    const remedy = `plan it once with your accounts: npm run plan -- ${environment}`;
    throw projectError(`${environment}: cdktf.out/ has no stack to read outputs from`, remedy);
  }
  const { code, stdout, stderr } = await withProgress(
    `${environment}: reading the outputs of the deployed stack`,
    new Terraform(binary, folder).start(["output", "-json", "-no-color"]),
  );
  if (code === 0) return JSON.parse(stdout);
  throw terraformFailure(environment, "output", `${stdout}${stderr}`);
}
