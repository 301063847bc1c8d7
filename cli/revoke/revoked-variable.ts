import { REVOKED_VARIABLE } from "../../intent/model/names";
import { projectError } from "../process/command-error";
import { jsonIn } from "../process/json";
import type { AwsCli } from "./aws-cli";

/**
 * Writes the function's list of revoked callers. AWS replaces all variables at once. So the others are written as they
 * were read, and only if no other write happened in between.
 *
 * @returns whether the list changed
 */
export function rewriteRevoked(
  aws: AwsCli,
  functionName: string,
  rewrite: (names: readonly string[]) => readonly string[],
): boolean {
  const name = ["--function-name", functionName];
  const { Environment, RevisionId } = aws.call("lambda", "get-function-configuration", ...name);
  const { [REVOKED_VARIABLE]: before, ...others } = (Environment?.Variables ?? {}) as Record<string, string>;
  if (Environment?.Error !== undefined) {
    throw projectError(
      `function ${functionName}: AWS does not return its variables, so an update would remove the others`,
      "use an identity that may decrypt them (kms:Decrypt)",
    );
  }
  const names = namesIn(before, functionName);
  const after = [...new Set(rewrite(names))].sort();
  if (JSON.stringify(after) === JSON.stringify(names)) return false;
  const Variables = { ...others, ...(after.length > 0 && { [REVOKED_VARIABLE]: JSON.stringify(after) }) };
  const environment = ["--environment", JSON.stringify({ Variables })];
  aws.call("lambda", "update-function-configuration", ...name, "--revision-id", RevisionId, ...environment);
  return true;
}

/** Waits until the function runs with the last write. An older instance still answers with the old list. */
export function waitUntilItRuns(aws: AwsCli, functionName: string): void {
  aws.wait("lambda", "wait", "function-updated-v2", "--function-name", functionName);
}

function namesIn(text: string | undefined, functionName: string): readonly string[] {
  const names: unknown = jsonIn(text ?? "[]");
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return [...names].sort();
  throw projectError(
    `function ${functionName}: its variable ${REVOKED_VARIABLE} is not a JSON list of names, so it refuses every caller`,
    "correct it by hand, or deploy",
  );
}
