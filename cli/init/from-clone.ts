import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Intent } from "../../intent/model/intent";
import { usageError } from "../process/command-error";
import { ROOT, requireProject } from "../process/project";
import { readConfig } from "../synthesis/intents";
import { workflowFiles } from "../workflows/workflows";
import { ownChanges, readClone } from "./clone";
import { filesWithoutExample, INSTALL, versions } from "./project-files";
import { replaceFiles } from "./replace-files";

const MAIN = "main.ts";

/**
 * `front-door init --from-clone`: turns a clone of the program into a project. Keeps `config/`, `synthesized/` and the
 * clone's additions. Removes the program's files, writes a project's files instead, and lists the clone's changes.
 *
 * @param base the commit of the program that the clone last merged. Default: the last one in common with `upstream`
 * @param others other options that were given, which the existing config answers here
 */
export function initFromClone(base: string | undefined, others: readonly unknown[]): void {
  if (others.some((each) => each !== undefined)) {
    throw usageError("--from-clone takes no folder and no answers: config/ has them");
  }
  requireProject();
  const clone = readClone(base);
  const { intents, bootstraps } = readConfig();
  const all = { ...filesWithoutExample(described(intents), versions()), ...workflowFiles(bootstraps) };
  // A project that was made from the package has this file too.
  const hasMain =
    clone.changed.some(({ path }) => path === MAIN) &&
    readFileSync(join(ROOT, MAIN), "utf8").includes('"cloud-front-door"');
  const isKept = (path: string) => hasMain && path === MAIN;
  const files = Object.fromEntries(Object.entries(all).filter(([path]) => !isKept(path)));
  const removed = clone.program.filter((path) => !isKept(path));
  assertFree(Object.keys(files), removed);
  replaceFiles(ROOT, files, removed);
  console.log(`removed ${removed.length} files of the program, and wrote ${Object.keys(files).length} of a project`);
  for (const line of ownChanges({ ...clone, changed: clone.changed.filter(({ path }) => !isKept(path)) }))
    console.log(line);
  console.log("next:");
  for (const command of [
    INSTALL,
    "npm run upgrade    # its review shows which of your own changes are still missing",
    "npm run check",
    "git add -A",
  ]) {
    console.log(`    ${command}`);
  }
}

/** Files that the clone added stay, and are not overwritten. */
function assertFree(files: readonly string[], removed: readonly string[]): void {
  const taken = files.filter((path) => existsSync(join(ROOT, path)) && !removed.includes(path));
  if (taken.length === 0) return;
  throw usageError(
    `${taken.join(", ")}: your own file has the name of a file that this writes; nothing was changed`,
    "rename it, commit, and start again",
  );
}

function described(intents: readonly Intent[]) {
  const [first] = intents;
  return {
    name: first?.tags.application ?? "front-door",
    environments: intents.map(({ environment }) => environment),
    service: first?.services[0]?.id ?? "",
    publicRoutes: Object.fromEntries(
      intents.map(({ environment, services }) => [
        environment,
        services.flatMap(({ routes }) => routes.filter(({ access }) => access.kind === "public").map(({ key }) => key)),
      ]),
    ),
  };
}
