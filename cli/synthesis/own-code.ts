import { ROTATION_ARCHIVE } from "../../contract/rotation";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { archive, archiveHash } from "../../stacks/aws/function-archive";
import { functionBundle } from "./draft";

/** Whether every function that rotates secrets runs exactly what this checkout builds. */
export function rotatesWithOwnCode(stack: StackJson): boolean {
  const code = functionBundle("rotate-client-secret.mjs");
  const own = code === undefined ? undefined : archiveHash(archive({ "index.mjs": code }));
  return resourcesOf(stack, "aws_lambda_function")
    .filter(({ attributes }) => attributes.filename === ROTATION_ARCHIVE)
    .every(({ attributes }) => attributes.source_code_hash === own);
}
