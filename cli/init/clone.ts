import { usageError } from "../process/command-error";
import { commitOf, folderInRepository, hashesAt, uncommitted, whereLeft } from "../process/git";
import { ROOT } from "../process/project";

/** Branch names of the repository that this one was cloned from, as GitHub's tools name it. */
const UPSTREAM = ["remotes/upstream/HEAD", "remotes/upstream/main", "remotes/upstream/master"];

/** Files that belong to the project, whether it has the program as a clone or as a package. */
const KEPT = /^(config|synthesized)\/|^providers\.lock\.hcl$/;
/** Not kept, because npm creates it again. */
const MADE = "package-lock.json";

/** A repository that holds the program and a project's own files. */
export interface Clone {
  /** Full hash of its last commit. */
  readonly head: string;
  /** Full hash of the program's commit that it last merged. */
  readonly base: string;
  /** Files of the program that still exist, changed or not. They become superfluous. */
  readonly program: readonly string[];
  /** The program's files that the clone changed. */
  readonly changed: readonly OwnChange[];
  /** The files that the clone added outside `config/` and `synthesized/`. */
  readonly added: readonly string[];
}

export interface OwnChange {
  readonly path: string;
  readonly how: "changed" | "deleted";
}

/**
 * This repository as a clone of the program's.
 *
 * @param named the commit of the program that it last merged. Default: the last one in common with the remote
 * `upstream`
 * @throws CommandError if there is no such commit, the project is not the whole repository, or the work tree has
 * uncommitted changes
 */
export function readClone(named: string | undefined): Clone {
  const folder = folderInRepository();
  if (folder !== "")
    throw usageError(
      `${ROOT}: got ${folder} of a repository, expected the whole repository`,
      "move the project into its own repository first",
    );
  const open = uncommitted();
  if (open.length > 0) {
    throw usageError(
      `got changes that are not committed: ${open.slice(0, 3).join(", ")}${open.length > 3 ? " and more" : ""}`,
      "commit or stash them: git must be able to restore the files that this removes",
    );
  }
  const base = named === undefined ? whereLeft(UPSTREAM) : commitOf(named);
  const head = commitOf("HEAD");
  if (base === undefined || head === undefined) {
    throw usageError(
      named === undefined
        ? "got no remote branch upstream/main, expected the commit of the program that this clone last merged"
        : `got no commit of the name ${JSON.stringify(named)}`,
      "name it: front-door init --from-clone --base <commit>",
    );
  }
  const [before, now] = [hashesAt(base), hashesAt(head)];
  if (!before.has("stacks/environment-stack.ts")) {
    throw usageError(
      `${base.slice(0, 12)}: got a commit without stacks/environment-stack.ts, expected one of the program`,
      "name another: --base <commit>",
    );
  }
  const own = (path: string) => !KEPT.test(path) && path !== MADE;
  return {
    head,
    base,
    program: [...now.keys()].filter((path) => before.has(path) && !KEPT.test(path)),
    changed: [...before].flatMap(([path, hash]): readonly OwnChange[] => {
      if (!own(path) || now.get(path) === hash) return [];
      return [{ path, how: now.has(path) ? "changed" : "deleted" }];
    }),
    added: [...now.keys()].filter((path) => own(path) && !before.has(path)),
  };
}

/** The advice for a change that the clone made, by the changed folder of the program. The first match counts. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/^stacks\/policy\//, "pass your own rule in main.ts: rules"],
  [/^stacks\//, "declare your own resources in main.ts: extend"],
  [/^__tests__\//, "test access as __tests__/public-routes.test.ts does"],
  [/^\.github\/workflows\//, "keep your own steps in a workflow of another name: npm run workflows writes this one"],
  [
    /^(cli|contract|functions|intent|packages)\//,
    "a project cannot change this part: propose a setting to the program",
  ],
  [/./, "carry over your own parts"],
];

/** Lines for the reader that list the clone's additions and changes, with advice for each. */
export function ownChanges({ head, base, changed, added }: Clone): readonly string[] {
  const all = [...changed, ...added.map((path) => ({ path, how: "added, kept" }))];
  if (all.length === 0) return [`no changes of your own to the program of ${base.slice(0, 12)}`];
  const roomOf = (path: string) => REMEDIES.find(([room]) => room.test(path));
  return [
    `${all.length} changes of your own to the program of ${base.slice(0, 12)}:`,
    ...REMEDIES.flatMap((room) => {
      const found = all.filter(({ path }) => roomOf(path) === room);
      return found.length === 0 ? [] : [`    ${room[1]}`, ...found.map(({ path, how }) => `        ${path} (${how})`)];
    }),
    `    see them with: git diff ${base.slice(0, 12)} ${head.slice(0, 12)} -- <file>`,
  ];
}
