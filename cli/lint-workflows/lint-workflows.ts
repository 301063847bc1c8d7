import { join } from "node:path";
import { projectError, usageError } from "../process/command-error";
import { runHere } from "../process/shell";
import { actionlint, type Tool, zizmor } from "./tools";

const WORKFLOWS = join(".github", "workflows");
/** The parts of this repository that other repositories' workflows run. */
const ACTION = join("packages", "terraform-access-review", "action.yml");

interface Linter {
  readonly name: string;
  readonly tool: () => Tool;
  readonly args: readonly string[];
}

const LINTERS: readonly Linter[] = [
  { name: "actionlint", tool: actionlint, args: [] },
  // Offline, without calls to GitHub, so that the result does not change from day to day.
  { name: "zizmor", tool: zizmor, args: ["--offline", "--no-progress", "--quiet", WORKFLOWS, ACTION] },
];

/**
 * `npm run lint:workflows [-- tool…]`: runs these maintained tools on the workflows, or both tools if none is named.
 * Reports tools that could not be installed.
 */
export function lintWorkflows(names: readonly string[]): void {
  const known = LINTERS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw usageError(`no tool is called "${unknown}"`, `known: ${known.join(", ")}`);
  }
  const failed = LINTERS.filter(({ name }) => names.length === 0 || names.includes(name)).map(run);
  if (failed.includes(true)) throw projectError("the workflows have findings, see above");
}

function run({ name, tool: find, args }: Linter): boolean {
  const tool = find();
  if ("missing" in tool) {
    console.log(`skipped: ${name}, because it could not be installed: ${tool.missing}`);
    return false;
  }
  const isClean = runHere(tool.path, ...args) === 0;
  if (isClean) console.log(`${name}: no findings`);
  return !isClean;
}
