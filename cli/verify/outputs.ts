import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { CommandError, EXIT } from "../command-error";
import type { TerraformBinary } from "../terraform/binary";

/**
 * What Terraform knows of a deployed environment. Standard output alone is JSON: warnings go to the other one.
 *
 * @param folder `cdktf.out/stacks/<environment>`, initialised by an earlier plan or deploy
 */
export function terraformOutputs({ path }: TerraformBinary, folder: string, environment: string): unknown {
  const remedy = `    lay the stack out and connect it to its state, with your accounts: npx cdktf plan ${environment}`;
  if (!existsSync(folder)) {
    throw new CommandError(`${environment}: there is no stack in cdktf.out/ to ask\n${remedy}`, EXIT.failed);
  }
  const done = spawnSync(path, ["output", "-json", "-no-color"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) {
    throw new CommandError(`${environment}: terraform output failed\n${done.stderr.trim()}\n${remedy}`, EXIT.failed);
  }
  return JSON.parse(done.stdout);
}
