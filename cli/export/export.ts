import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import { projectError, usageError } from "../process/command-error";
import { CONFIG, shownPath } from "../process/project";
import { inDraft } from "../synthesis/draft";
import { readIntents, select } from "../synthesis/intents";
import { synthesize } from "../synthesis/synthesis";
import { ownProviders } from "../terraform/own-providers";
import { lockFileOf } from "../terraform/provider-lock";
import { assertRunsNothing, requiredBy } from "../terraform/stack-contents";

export interface ExportOptions {
  /** The folder: new, empty, or an earlier export. */
  readonly to: string;
  /** Writes nothing, and fails if the folder is not what would be written. */
  readonly check?: boolean;
}

/** Contents by path within the folder. */
type Files = ReadonlyMap<string, Uint8Array>;

const LOCK = ".terraform.lock.hcl";

/** Names in an exported folder. Terraform reads any other file there, so an export refuses to stay with it. */
const EXPORTED = ["assets", LOCK, "README.md", "main.tf.json"];

/** What Terraform leaves in a folder, and does not read as configuration. `plan` is the README's name for a plan file. */
const OF_TERRAFORM = [".terraform", "errored.tfstate", "plan"];

/**
 * `front-door export env --to folder`: the stack of an environment as a folder that Terraform plans without Node, npm
 * or cdktf. The same sources give the same bytes.
 *
 * @throws CommandError if the folder holds anything else; then nothing is written
 */
export function exportStack(environment: string, { to, check = false }: ExportOptions): void {
  const folder = resolve(to);
  // A `.terraform` that a branch commits could name another backend, or bring programs.
  refuseOthers(to, folder, check ? EXPORTED : [...EXPORTED, ...OF_TERRAFORM]);
  const files = exportedFiles(environment);
  const stale = [...new Set([...files.keys(), ...filesIn(folder)])]
    .filter((path) => !isSame(join(folder, path), files.get(path)))
    .sort();
  if (check && stale.length > 0) {
    const listed = stale.map((path) => join(to, path)).join(", ");
    throw projectError(`not up to date: ${listed}`, `run: front-door export ${environment} --to ${to}`);
  }
  if (stale.length > 0) replace(folder, files);
  console.log(`${environment}: ${stale.length === 0 ? `${to} is unchanged` : `wrote ${stale.length} files to ${to}`}`);
  if (!files.has(LOCK)) {
    console.error(
      `${to}: without checksums of the providers, because there is no providers.lock.hcl\n    run: front-door lock`,
    );
  }
}

function exportedFiles(environment: string): Files {
  return inDraft((draft) => {
    const intents = select(readIntents(), [environment]);
    intents.forEach(requireSharedState);
    synthesize(intents, draft);
    const folder = join(draft.out, "stacks", environment);
    const text = readFileSync(join(folder, "cdk.tf.json"));
    const stack = JSON.parse(text.toString("utf8"));
    const own = ownProviders();
    assertRunsNothing(environment, stack, own);
    const lock = lockFileOf(Object.values(requiredBy(stack)), own.locked);
    const isLocked = lock.trim() !== "";
    const others = filesIn(folder).filter((path) => path !== "cdk.tf.json");
    return new Map<string, Uint8Array>([
      ...others.map((path) => [path, readFileSync(join(folder, path))] as const),
      ...(isLocked ? [[LOCK, Buffer.from(lock)] as const] : []),
      ["README.md", Buffer.from(exportReadme({ environment, isLocked }))],
      ["main.tf.json", text],
    ]);
  });
}

/** A path of a state is relative to the folder in which Terraform runs. Elsewhere it would be another, empty state. */
function requireSharedState({ environment, state }: Intent): void {
  if (state.kind !== "local") return;
  throw projectError(
    `${placesOf(CONFIG, environment).at(["state"]) ?? "state"}: got a file, expected a bucket: another folder has no such state`,
    "set state.bucket",
  );
}

function refuseOthers(to: string, folder: string, permitted: readonly string[]): void {
  if (!existsSync(folder)) return;
  const others = readdirSync(folder).filter((name) => !permitted.includes(name));
  if (others.length === 0) return;
  throw usageError(
    `--to ${to}: got a folder with ${others.sort().slice(0, 5).join(", ")}, expected a new one, an empty one or an earlier export`,
    "name another folder, or remove these files",
  );
}

/** Writes the whole export under another name in the same place, and then moves it in, the stack last. */
function replace(folder: string, files: Files): void {
  const draft = join(dirname(folder), `.front-door-export-${process.pid}`);
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), bytes);
    }
    mkdirSync(folder, { recursive: true });
    for (const name of EXPORTED) {
      rmSync(join(folder, name), { recursive: true, force: true });
      if (existsSync(join(draft, name))) renameSync(join(draft, name), join(folder, name));
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Paths of the files in a folder, without those of Terraform. Links count as files. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => shownPath(join(parentPath, name), folder))
    .filter((path) => !OF_TERRAFORM.includes(path.split("/")[0] ?? ""));
}

function isSame(path: string, bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && existsSync(path) && readFileSync(path).equals(bytes);
}

interface Exported {
  readonly environment: string;
  /** Whether the folder has checksums of the providers. */
  readonly isLocked: boolean;
}

/** The README.md of an exported folder. It depends on nothing else, so that two exports have the same bytes. */
function exportReadme({ environment, isLocked }: Exported): string {
  return `# Front door of ${environment}, for Terraform alone

\`front-door export ${environment}\` wrote this folder. Do not edit it: change \`config/\` of the project, and export again.

\`\`\`sh
terraform init ${isLocked ? "-lockfile=readonly " : ""}-input=false
terraform validate
terraform plan -input=false -out=plan
terraform apply -input=false plan
\`\`\`

It needs Terraform 1.11 or newer, and credentials of both clouds. The state is where \`main.tf.json\` says.
${isLocked ? "`.terraform.lock.hcl` has the checksums of the providers." : "Nothing here has checksums of the providers: `terraform init` takes what the registry has for their exact versions."}

Terraform alone checks less than \`front-door deploy\`: no review of access before the plan, no approval of exactly these changes, no
alarms before a share of calls rises, no check that principals, images and revisions exist, no expectations.
`;
}
