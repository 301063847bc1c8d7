import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFolder } from "../process/project";
import { signals } from "../process/signals";
import { intoOut } from "../synthesis/draft";
import { readIntents, select } from "../synthesis/intents";
import { synthesize } from "../synthesis/synthesis";
import { commandTerraform } from "../terraform/binary";
import { ownProviders } from "../terraform/own-providers";
import { lockFileOf } from "../terraform/provider-lock";
import { describePlanners, plannedBy } from "../terraform/providers";
import { ScratchStack } from "../terraform/scratch";
import { assertRunsNothing } from "../terraform/stack-contents";
import { Terraform } from "../terraform/terraform";

/** The plan of a first deploy to both clouds, as Terraform prints it. Needs no account, and keeps nothing. */
export async function planWithoutAccounts(environment: string): Promise<void> {
  await signals.during(environment, STANDING, async () => {
    const binary = commandTerraform();
    intoOut((draft) => synthesize(select(readIntents(), [environment]), draft));
    const own = ownProviders();
    assertRunsNothing(
      environment,
      JSON.parse(readFileSync(join(stackFolder(environment), "cdk.tf.json"), "utf8")),
      own,
    );
    const scratch = new ScratchStack(stackFolder(environment));
    try {
      // Stand-ins may replace the providers of every stack, so only the project's own are held to their checksums.
      writeFileSync(join(scratch.folder, ".terraform.lock.hcl"), lockFileOf(Object.values(own.named), own.locked));
      await plan(new Terraform(binary, scratch.folder), environment);
    } finally {
      scratch.remove();
    }
  });
}

const STANDING = {
  left: "nothing was changed",
  atOnce: "a folder front-door-* may stay in the temporary folder",
} as const;

async function plan(terraform: Terraform, environment: string): Promise<void> {
  const fetching = `${environment}: fetching the providers (terraform init); the first time takes minutes`;
  await terraform.step(environment, "init", fetching, ["-input=false", "-no-color"]);
  // The plan stays in memory, because a plan file would hold secrets in plain text.
  const colours = process.stdout.isTTY && !process.env.NO_COLOR ? [] : ["-no-color"];
  const planning = `${environment}: planning, against an empty state and with no account`;
  await terraform.show(environment, "plan", planning, ["-input=false", "-lock=false", ...colours]);
  console.error(describePlanners(plannedBy(terraform.folder)));
}
