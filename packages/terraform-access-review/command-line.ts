import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { FORMATS, reviewedOf } from "./formats";
import { reasonsIn, reasonsOf, unexpected } from "./judge/fail-on";
import { changeOfStacks } from "./judge/from-stacks";
import { guardKey } from "./judge/keys";
import type { ChangeModel } from "./model/change";
import { version } from "./package.json";
import { changeOfPlan } from "./plan/from-plan";
import { baseState, ownConfiguration, plannedState, readEither } from "./plan/own-configuration";
import { PlanError, readPlan } from "./plan/read";
import { visible } from "./render/words";

/** Exit codes: 2 as in `terraform plan -detailed-exitcode`, 64 as in sysexits.h. */
const EXIT = { done: 0, badInput: 1, demanded: 2, usage: 64 } as const;

const USAGE = `Usage: terraform-access-review [options] <plan.json>

Shows who may do what after a Terraform plan, and which access the plan broadens. The file is the
output of "terraform show -json <plan file>". Nothing else is read, and nothing is sent anywhere.

Options:
  --base <file>      compare with this plan or state (terraform show -json) instead of the plan's own state
  --format <name>    ${Object.keys(FORMATS).join(", ")} (default: terminal)
  --out <file>       write to this file instead of to the terminal
  --name <name>      name of the plan in the report (default: the file's name)
  --fail-on <list>   exit with 2 if one applies: broadened, destroy, replace, drift, separated by commas
  --version          print the version
  --help             print this

Exit codes: 0 success, 1 unreadable input, 2 --fail-on applies, 64 wrong call
`;

class UsageError extends Error {}

/** @returns the exit code */
export function runCli(args: readonly string[]): number {
  try {
    return review(args);
  } catch (error) {
    if (error instanceof UsageError)
      return failed(`${error.message}\n    see terraform-access-review --help`, EXIT.usage);
    if (error instanceof FileError) return failed(error.message, EXIT.badInput);
    throw error;
  }
}

function review(args: readonly string[]): number {
  const { values, positionals } = parsed(args);
  if (values.help) return printed(USAGE);
  if (values.version) return printed(`${version}\n`);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new UsageError(
      `got ${positionals.length} files, expected one: the output of terraform show -json <plan file>`,
    );
  }
  const reasons = usage(() => reasonsIn(values["fail-on"]));
  const format = Object.hasOwn(FORMATS, values.format) ? FORMATS[values.format] : undefined;
  if (format === undefined) {
    throw new UsageError(`--format ${values.format}: expected one of ${Object.keys(FORMATS).join(", ")}`);
  }
  const name = values.name ?? basename(file).replace(/\.json$/, "");
  const reviewed = reviewedOf(modelOf(name, file, values.base));
  const text = format([reviewed], `terraform-access-review ${basename(file)}`);
  const { out } = values;
  if (out === undefined) process.stdout.write(text);
  else usage(() => writeFileSync(out, text));
  const met = reasonsOf(reasons, unexpected(reasons, reviewed.model));
  return met.length === 0 ? EXIT.done : failed(`--fail-on: ${met.join(", ")}`, EXIT.demanded);
}

function modelOf(name: string, file: string, base: string | undefined): ChangeModel {
  return inFile(file, () => {
    const plan = readPlan(textOf(file));
    if (base === undefined) {
      const head = ownConfiguration(plan);
      return changeOfPlan(name, plan, { head, base: "nothing", isOwnConfiguration: true });
    }
    const other = inFile(base, () => readEither(textOf(base)));
    const head = plannedState(plan, other);
    const before = inFile(base, () => baseState(other, head.state, plan));
    const { access, notes, ...model } = changeOfStacks(name, before.state, head.state);
    const known = new Set(before.guards.map(guardKey));
    const guards = [...head.guards.filter((guard) => !known.has(guardKey(guard))), ...access.guards];
    return { ...model, access: { ...access, guards }, notes: [...head.notes, ...notes] };
  });
}

function parsed(args: readonly string[]) {
  return usage(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        base: { type: "string" },
        format: { type: "string", default: "terminal" },
        out: { type: "string" },
        name: { type: "string" },
        "fail-on": { type: "string" },
        help: { type: "boolean" },
        version: { type: "boolean" },
      },
    }),
  );
}

function usage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Thrown for a file that cannot be read; names the file. */
class FileError extends Error {}

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PlanError) throw new FileError(`${file}: ${error.message}`);
    // Terraform writes no such plan, and a partial review must not look complete. RangeError: nested too deeply.
    if (error instanceof TypeError || error instanceof RangeError)
      throw new FileError(`${file}: ${new PlanError(ODD, "make it again").message}`);
    throw error;
  }
}

const ODD = "a plan with parts that are not in the form in which Terraform writes them";

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const got =
      { ENOENT: "no file", ENOTDIR: "no file", EISDIR: "a folder" }[code] ?? `a file that cannot be read (${code})`;
    throw new FileError(
      `${file}: got ${got}, expected the JSON of a plan\n    make it: terraform show -json <plan file> > plan.json`,
    );
  }
}

function printed(text: string): number {
  process.stdout.write(text);
  return EXIT.done;
}

/** The message may quote the file, or its name. */
function failed(message: string, code: number): number {
  process.stderr.write(`${message.split("\n").map(visible).join("\n")}\n`);
  return code;
}
