import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SYNTHESIZED } from "../process/project";

/** Name of a resource that every scanner must report. If it does not, it has not read the file. */
export const PROBE = "scanner_probe";

/** A bucket with no further settings: no logs, no versions, no key. */
const BAD = { [PROBE]: { bucket: "scanner-probe" } };

/**
 * Copies every synthesized stack into its own folder, for scanners. The originals do not work: checkov aborts at
 * `required_version`, and trivy skips folders named `dev`.
 *
 * @returns the stacks' names
 */
export function copyStacks(folder: string, from = SYNTHESIZED): readonly string[] {
  const names = readdirSync(from).filter((name) => existsSync(join(from, name, "main.tf.json")));
  for (const name of names) {
    const stack = JSON.parse(readFileSync(join(from, name, "main.tf.json"), "utf8"));
    const { required_version: _, ...terraform } = stack.terraform ?? {};
    mkdirSync(join(folder, folderOf(name)), { recursive: true });
    const copy = {
      ...stack,
      terraform,
      resource: { ...stack.resource, aws_s3_bucket: { ...stack.resource.aws_s3_bucket, ...BAD } },
    };
    writeFileSync(join(folder, folderOf(name), "main.tf.json"), JSON.stringify(copy, null, 2));
  }
  return names;
}

function folderOf(stack: string): string {
  return `stack-${stack}`;
}

/** The stack that a path inside the copies belongs to; undefined for any other path. */
export function stackOf(path: string): string | undefined {
  return /(?:^|\/)stack-([^/]+)\/main\.tf\.json$/.exec(path)?.[1];
}
