import { CommandError, EXIT } from "../command-error";

/** What Terraform said when it failed, with the reason in words where somebody else holds the state. */
export function terraformFailure(environment: string, step: string, output: string): CommandError {
  const field = (name: string) => new RegExp(`^[│\\s]*${name}:\\s+(.+)$`, "m").exec(output)?.[1]?.trim();
  if (!/Error acquiring the state lock/.test(output)) {
    return new CommandError(`${output.trimEnd()}\n${environment}: terraform ${step} failed, see above`, EXIT.failed);
  }
  const [id, who, since] = [field("ID"), field("Who"), field("Created")];
  return new CommandError(
    `${environment}: somebody else holds the state${who === undefined ? "" : `: ${who}`}${since === undefined ? "" : `, since ${since}`}\n` +
      "    wait until that run has ended, and start again; nothing was changed\n" +
      `    if it is certain that no run is left: terraform force-unlock ${id ?? "<the lock's ID>"}, in cdktf.out/stacks/${environment}`,
    EXIT.failed,
  );
}
