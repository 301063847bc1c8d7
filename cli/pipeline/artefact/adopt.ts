import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { unzipSync } from "fflate";
import { CommandError, EXIT } from "../../command-error";
import { OUT, SYNTHESIZED } from "../../project";
import { reviewText } from "../../review-text";
import { ARCHIVE, stackFaults, type UntrustedJson } from "./stack-faults";

/** Larger than any stack within the quotas; smaller than what fills a runner. In bytes. */
const MOST_BYTES = 20 * 1024 * 1024;

/** Of an artefact, for one environment: what Terraform runs, and what people review. */
const FILES = {
  stack: (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`,
  archive: (environment: string) => `cdktf.out/stacks/${environment}/${ARCHIVE}`,
  review: (environment: string) => `synthesized/${environment}/main.tf.json`,
  policy: (environment: string) => `synthesized/${environment}/authorizer-policy.json`,
  ledger: (environment: string) => `synthesized/${environment}/access.md`,
} as const;

/**
 * Checks what a branch synthesized, with the code and the synthesis of this checkout, and lays it where a plan finds it.
 * Only what was checked is laid: the stack is written anew, so that Terraform reads what was read here.
 */
export function adopt(environment: string, artefact: string): void {
  const [stack, archive, policy, review] = [FILES.stack, FILES.archive, FILES.policy, FILES.review].map((file) =>
    read(artefact, file(environment)),
  ) as [Buffer, Buffer, Buffer, Buffer];
  const parsed = json(stack, FILES.stack(environment));
  const base = json(trusted(environment), `the base branch's ${FILES.review(environment)}`);
  const faults = [
    ...strangers(artefact, environment),
    ...stackFaults(parsed, base, createHash("sha256").update(archive).digest("base64")),
    ...(review.toString("utf8") === reviewText(parsed)
      ? []
      : [`${FILES.review(environment)}: not what ${FILES.stack(environment)} gives, so not what people review`]),
    ...policyFaults(archive, policy, environment),
  ];
  if (faults.length > 0) {
    throw new CommandError(
      [...faults, `${environment}: this may not be planned with credentials (${faults.length} findings)`].join("\n"),
      EXIT.failed,
    );
  }
  const folder = join(OUT, "stacks", environment);
  rmSync(folder, { recursive: true, force: true });
  write(join(folder, "cdk.tf.json"), `${JSON.stringify(parsed, null, 2)}\n`);
  write(join(folder, ARCHIVE), archive);
  write(join(SYNTHESIZED, environment, "main.tf.json"), review);
  write(join(SYNTHESIZED, environment, "authorizer-policy.json"), policy);
  console.log(`${environment}: checked, and laid into cdktf.out/stacks/${environment} and synthesized/${environment}`);
}

/** Nothing else may lie where Terraform looks: it reads every `*.tf`, override and lock file beside a stack. */
function strangers(artefact: string, environment: string): readonly string[] {
  const known = Object.values(FILES).map((file) => file(environment));
  return ["cdktf.out/stacks", "synthesized"].flatMap((parent) =>
    filesBelow(artefact, `${parent}/${environment}`)
      .filter((file) => !known.includes(file))
      .map((file) => `${file}: a file that no synthesis writes`),
  );
}

function filesBelow(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}

function policyFaults(archive: Buffer, policy: Buffer, environment: string): readonly string[] {
  try {
    const files = unzipSync(archive);
    if (!isDeepStrictEqual(Object.keys(files).sort(), ["authorizer-policy.json", "index.mjs"])) {
      return [`${ARCHIVE}: other files than the function and its policy`];
    }
    if (policy.equals(Buffer.from(files["authorizer-policy.json"] ?? []))) return [];
    return [`${FILES.policy(environment)}: not the policy that ${ARCHIVE} carries, so not what people review`];
  } catch (error) {
    return [`${ARCHIVE}: cannot be read: ${(error as Error).message}`];
  }
}

/** A regular file of a sane size: no link that leads out of the artefact. */
function read(artefact: string, file: string): Buffer {
  const path = join(artefact, file);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw refused(path, "is not in the artefact; the job that synthesizes uploads it");
  const isWithin = realpathSync(path) === join(realpathSync(artefact), file);
  if (!found.isFile() || !isWithin) throw refused(path, "is no regular file of the artefact");
  if (found.size > MOST_BYTES) throw refused(path, `has ${found.size} bytes, expected at most ${MOST_BYTES}`);
  return readFileSync(path);
}

function trusted(environment: string): Buffer {
  const path = join(SYNTHESIZED, environment, "main.tf.json");
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new CommandError(
      `the base branch has no environment ${environment}: there is nothing to check it against\n` +
        "    bootstrap a new environment first; its first plan is that of the deploy after the merge",
      EXIT.failed,
    );
  }
  return readFileSync(path);
}

function json(bytes: Buffer, what: string): UntrustedJson {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new CommandError(`${what}: is no JSON: ${(error as Error).message}`, EXIT.failed);
  }
}

function refused(path: string, why: string): CommandError {
  return new CommandError(`${path} ${why}`, EXIT.failed);
}

function write(path: string, contents: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
