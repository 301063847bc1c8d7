import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome } from "../../cli/terraform/terraform";

/** In the folder of the test run, so that its test files share it, and no later run does. */
const KEPT = join(tmpdir(), "terraform-results");

/** Files that Terraform does not read, or that are derived from files that it reads. */
const NOT_READ = [".terraform", "plan", "scratch.tfstate.backup"];

/**
 * Returns the result of an earlier Terraform command for which everything that it reads was the same; otherwise runs
 * the command. Most tests start from the same few stacks, and each command takes two seconds of processor time.
 *
 * @param inputs everything on which the result depends
 * @param written files and folders of the folder that the command writes
 */
export function terraformResult(
  folder: string,
  inputs: readonly (string | Buffer)[],
  written: readonly string[],
  run: () => Outcome,
): Outcome {
  const kept = join(KEPT, hashOf(inputs));
  if (!existsSync(kept)) {
    const outcome = run();
    keep(kept, folder, written, outcome);
    return outcome;
  }
  for (const name of written) if (existsSync(join(kept, name))) copy(join(kept, name), join(folder, name));
  return JSON.parse(readFileSync(join(kept, "outcome.json"), "utf8"));
}

function keep(kept: string, folder: string, written: readonly string[], outcome: Outcome): void {
  mkdirSync(KEPT, { recursive: true });
  const draft = mkdtempSync(join(KEPT, "draft-"));
  for (const name of written) if (existsSync(join(folder, name))) copy(join(folder, name), join(draft, name));
  writeFileSync(join(draft, "outcome.json"), JSON.stringify(outcome));
  try {
    renameSync(draft, kept);
  } catch (error) {
    // Another worker has already stored the same result.
    if (!existsSync(kept)) throw error;
    rmSync(draft, { recursive: true });
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}

/** Everything that a plan reads in its folder: the stack, the functions' archives and the state. */
export function planInputs(folder: string): readonly Buffer[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((name) => !NOT_READ.includes(name.split("/")[0] ?? ""))
    .sort();
  return files.flatMap((name) => [Buffer.from(name), readFileSync(join(folder, name))]);
}

function hashOf(inputs: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${Buffer.byteLength(input)} `).update(input);
  return hash.digest("hex");
}
