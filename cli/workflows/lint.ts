import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CommandError, EXIT } from "../command-error";
import { ROOT } from "../project";
import { actionlint, type Tool, zizmor } from "./tools";

export const WORKFLOWS = join(".github", "workflows");

/** `npm run lint:workflows`: what two maintained tools say of the workflows; says which of them could not be had. */
export function lintWorkflows(): void {
  const failed = [
    run("actionlint", actionlint(), []),
    // Without asking GitHub anything: the outcome must not depend on the day.
    run("zizmor", zizmor(), ["--offline", "--no-progress", "--quiet", WORKFLOWS]),
  ];
  if (failed.includes(true)) throw new CommandError("the workflows have findings, see above", EXIT.failed);
}

function run(name: string, tool: Tool, args: readonly string[]): boolean {
  if ("missing" in tool) {
    console.log(`skipped: ${name}, since it could not be had: ${tool.missing}`);
    return false;
  }
  const done = spawnSync(tool.path, [...args], { cwd: ROOT, stdio: "inherit" });
  if (done.status === 0) console.log(`${name}: no findings`);
  return done.status !== 0;
}
