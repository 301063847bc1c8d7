import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { assertNone } from "../process/command-error";
import { trackedOutputs } from "../process/git";
import { shownPath } from "../process/project";
import { ownAssets } from "./assets";

/** Files of Terraform and cdktf next to a stack that Terraform does not read as configuration. */
const OF_TERRAFORM = [".terraform", ".terraform.lock.hcl", "errored.tfstate", "plan"];

/**
 * Refuses a stack folder that holds anything but this synthesis's output. Terraform reads every file next to the stack,
 * including overrides and provisioners. Git ignores the folder, so no review shows these files.
 *
 * @param folder `cdktf.out/stacks/<environment>`
 * @param stack the stack that was synthesized into the folder
 */
export function assertOnlySynthesized(environment: string, folder: string, stack: StackJson): void {
  refuse(environment, trackedOutputs(), "is committed although git ignores its folder");
  const found = readdirSync(folder, { withFileTypes: true });
  const unexpected = found.filter(
    (entry) => entry.isSymbolicLink() || !["cdk.tf.json", "assets", ...OF_TERRAFORM].includes(entry.name),
  );
  const archives = new Map(
    resourcesOf(stack, "aws_lambda_function").map(({ attributes }) => [
      String(attributes.filename),
      String(attributes.source_code_hash),
    ]),
  );
  const own = ownAssets(folder);
  const others = found
    .filter(({ name }) => name === "assets")
    .flatMap(() => readdirSync(join(folder, "assets"), { withFileTypes: true, recursive: true }))
    .filter((entry) => !entry.isDirectory())
    .filter((entry) => {
      const path = shownPath(pathOf(entry), folder);
      return !own.has(path) && !isArchive(entry, archives.get(path));
    });
  refuse(
    environment,
    [...unexpected, ...others].map((entry) => shownPath(pathOf(entry))),
    "is not what this synthesis wrote",
  );
}

function pathOf({ parentPath, name }: Dirent): string {
  return join(parentPath, name);
}

function isArchive(entry: Dirent, hash: string | undefined): boolean {
  return (
    entry.isFile() &&
    createHash("sha256")
      .update(readFileSync(pathOf(entry)))
      .digest("base64") === hash
  );
}

function refuse(environment: string, paths: readonly string[], fault: string): void {
  const end = `${environment}: Terraform was not run\n    look at it, remove it, and try again`;
  assertNone(
    paths.map((path) => `${path} ${fault}`),
    end,
  );
}
