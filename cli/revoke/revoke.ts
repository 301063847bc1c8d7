import { CommandError, EXIT } from "../process/command-error";
import { type Shell, systemShell } from "../process/shell";
import { AwsCli } from "./aws-cli";
import { callerOf } from "./caller";
import { howLong } from "./how-long";
import { turnPolicy } from "./policy-variable";
import { rewriteRevoked, waitUntilItRuns } from "./revoked-variable";
import { doorOf } from "./synthesized-door";

export interface RevokeOptions {
  /** Lets the caller in again, if nothing else keeps it out. */
  readonly undo?: boolean;
  /** Prints what would be done, and calls no cloud. */
  readonly dryRun?: boolean;
}

/**
 * `npm run revoke -- env client`: shuts a caller out at once, without a deploy. The functions refuse the caller, and
 * the gateway's cached results become invalid. The functions change first, or the gateway would cache an old result
 * again.
 */
export async function revoke(
  environment: string,
  client: string,
  { undo = false, dryRun = false }: RevokeOptions,
  shell: Shell = systemShell,
): Promise<void> {
  const door = doorOf(environment);
  const caller = callerOf(door, client);
  if (dryRun) {
    console.log(`${environment}: ${undo ? "would let" : "would shut"} ${caller.name} ${undo ? "in again" : "out"}`);
    console.log(`    function ${door.functionName}: variable REVOKED_CALLERS`);
    for (const { name, stage } of door.apis) console.log(`    API ${name}, stage ${stage}: variable policy`);
    return;
  }
  const aws = new AwsCli(shell, door.region);
  aws.requireAccount(door.account);
  console.error(`${environment}: the function ${door.functionName} gets the list of callers that are shut out`);
  const isChanged = rewriteRevoked(aws, door.functionName, (names) =>
    undo ? names.filter((name) => name !== caller.name) : [...names, caller.name],
  );
  if (!isChanged) console.error(`${environment}: ${caller.name} is ${undo ? "not on" : "on"} that list already`);
  try {
    // Also for a list that was written before, because the run that wrote it may have ended here.
    waitUntilItRuns(aws, door.functionName);
    for (const api of door.apis) {
      console.error(`${environment}: the API ${api.name} discards its cached results`);
      turnPolicy(aws, api, door.tags);
    }
  } catch (error) {
    const kept = `the function has the list, but the gateway may use cached results for at most ${door.cacheSeconds} s`;
    const reason = error instanceof CommandError ? error.message : String(error);
    throw new CommandError(`${reason}\n${environment}: ${kept}\n    run the same command again`, EXIT.failed);
  }
  for (const line of undo ? letIn(environment, caller.name) : howLong(door, caller)) console.log(line);
}

function letIn(environment: string, name: string): readonly string[] {
  return [
    `${environment}: ${name} is no longer shut out by the functions`,
    `    it may do what synthesized/${environment}/access.md says, unless config disables it`,
  ];
}
