import { resolve } from "node:path";
import { FORMATS, reviewedOf } from "../../packages/terraform-access-review/formats";
import { changeOfStacks } from "../../packages/terraform-access-review/judge/from-stacks";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import { usageError } from "../process/command-error";
import { formatNamed } from "../process/format-option";
import { baseCommit, isChangedSince } from "../process/git";
import { configUrls } from "../process/place-urls";
import { writeWhole } from "../process/write-files";
import { missingBootstrap } from "../synthesis/missing-bootstrap";
import { demandApproval, failOn } from "./approval";
import { locateIn } from "./locate";
import { type ProgramChange, programChange, titleOf } from "./program-change";
import { withRenames } from "./renames";
import { type HeadSource, type StateSource, stateAt } from "./states";

/** Options of the command. Its help describes each of them. */
export interface ReviewOptions {
  readonly base?: string;
  readonly format?: string;
  readonly out?: string;
  readonly failOn?: string;
}

/**
 * `npm run review [-- env…]`: the changes that config/ makes, compared with another commit's synthesized files.
 *
 * @param headOf what config/ gives for these environments, or for all
 */
export function review(
  headOf: (names: readonly string[]) => HeadSource,
  names: readonly string[],
  options: ReviewOptions,
): void {
  const reasons = failOn(options.failOn);
  const format = formatNamed(options.format ?? "terminal", FORMATS);
  const commit = baseCommit(options.base);
  const [base, head] = [stateAt(commit), headOf(names)];
  const urlOf = configUrls();
  // Asks git, because a hash does not tell code from policy.
  const program = programChange(commit);
  const otherCode = CODE.filter((path) => isChangedSince(commit, path));
  const reviewed = select(names, base, head).map((environment) => {
    const to = head.read(environment);
    const isOwnCode = otherCode.length === 0;
    const change = changeOfStacks(environment, base.read(environment), { ...to, ...(isOwnCode && { isOwnCode }) });
    const model = withProgram(withCode(withRenames(change), otherCode), program);
    const origins = () => ({
      sources: head.sources(environment),
      former: base.sources(environment),
      lines: () => head.lines(environment),
    });
    return reviewedOf(model, locateIn(origins, urlOf), titleOf(environment, program));
  });
  const text = format(reviewed, "npm run review");
  if (options.out === undefined) process.stdout.write(text);
  else {
    writeWhole(resolve(options.out), text);
    console.error(`compared with ${commit.slice(0, 12)}; written to ${options.out}`);
  }
  demandApproval(reviewed, reasons, (environment) => head.expectedChanges(environment));
}

/** The sources of the functions' zips, apart from the policy. */
const CODE = ["functions", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "cli/bundle/options.cjs"] as const;

/** @param changed those of `CODE` that the change touches */
function withCode(model: ChangeModel, changed: readonly string[]): ChangeModel {
  const isNew = model.resources.some(({ attributes }) => attributes.some(({ path }) => path === "source_code_hash"));
  if (!isNew || changed.length === 0) return model;
  return { ...model, notes: [...model.notes, { kind: "other-code", changed }] };
}

function withProgram(model: ChangeModel, program: ProgramChange | undefined): ChangeModel {
  if (program === undefined || program.others.length === 0 || model.resources.length === 0) return model;
  const { from, to, others: changed } = program;
  return { ...model, notes: [...model.notes, { kind: "other-program", from, to, changed }] };
}

function select(names: readonly string[], base: StateSource, head: StateSource): readonly string[] {
  const known = [...new Set([...base.environments, ...head.environments])].sort();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names.length === 0 ? known : names;
  const remedy = missingBootstrap(unknown, known);
  if (remedy !== undefined) throw remedy;
  throw usageError(`neither side has an environment called ${JSON.stringify(unknown)}`, `known: ${known.join(", ")}`);
}
