import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandError, EXIT } from "./command-error";
import { ROOT } from "./project";

/** What git says in this project's folder; undefined where it says no. */
function git(...parameters: readonly string[]): string | undefined {
  return gitAbout("", ...parameters)?.toString("utf8");
}

function gitAbout(input: string, ...parameters: readonly string[]): Buffer | undefined {
  const done = spawnSync("git", [...parameters], { cwd: ROOT, input, maxBuffer: 256 * 1024 * 1024 });
  if (done.error !== undefined) {
    throw new CommandError(
      `git was not found: ${done.error.message}\n    install git, or name what to compare`,
      EXIT.usage,
    );
  }
  return done.status === 0 ? done.stdout : undefined;
}

/** The branches that a pull request usually goes to, the remote's own choice first. */
const TRUNKS = ["remotes/origin/HEAD", "remotes/origin/main", "remotes/origin/master", "heads/main", "heads/master"];

/**
 * The commit that a review starts from: what is named, or where this branch left the trunk; on the trunk itself its own
 * last commit. Throws where there is no such commit.
 */
export function baseCommit(named: string | undefined): string {
  requireRepository();
  const asked = named === undefined ? undefined : commitOf(named);
  if (named !== undefined && asked === undefined) {
    throw new CommandError(
      `no commit is called ${JSON.stringify(named)}\n    a branch, a tag or a hash; a shallow clone needs: git fetch --unshallow`,
      EXIT.usage,
    );
  }
  const base = asked ?? forkPoint() ?? commitOf("HEAD");
  if (base !== undefined) return base;
  throw new CommandError(
    "there is no commit to compare with\n    name one: npm run review -- --base <commit>",
    EXIT.usage,
  );
}

function requireRepository(): void {
  if (git("rev-parse", "--git-dir") !== undefined) return;
  throw new CommandError(
    isInRepository(ROOT)
      ? `${ROOT}: got a git repository that git cannot read, expected a commit to compare with\n    see why with: git status`
      : `${ROOT}: got no git repository, expected a commit to compare with\n` +
          "    make one before the change: git init && git add -A && git commit -m start",
    EXIT.usage,
  );
}

/** Where this branch left the trunk; on the trunk itself its last commit. */
function forkPoint(): string | undefined {
  return whereLeft(TRUNKS);
}

/** The last commit of this branch's history that one of these branches has: the first one that is there. */
export function whereLeft(branches: readonly string[]): string | undefined {
  const found =
    git("for-each-ref", "--format=%(refname)", ...branches.map((name) => `refs/${name}`))?.split("\n") ?? [];
  const first = branches.find((name) => found.includes(`refs/${name}`));
  return first && git("merge-base", "HEAD", `refs/${first}`)?.trim();
}

/** The project's folder in its repository, with a slash at its end; empty if it is the repository itself. */
export function folderInRepository(): string {
  requireRepository();
  return git("rev-parse", "--show-prefix")?.trim() ?? "";
}

/** What git says of each file that is not committed as it is, as in `?? notes.txt`; not of those that it ignores. */
export function uncommitted(): readonly string[] {
  return (git("status", "--porcelain", "-z") ?? "").split("\0").filter((line) => line !== "");
}

/** The full hash of a commit; undefined where there is none of this name. */
export function commitOf(name: string): string | undefined {
  // A name that starts with a dash would be an option.
  return name.startsWith("-") ? undefined : git("rev-parse", "--verify", "--quiet", `${name}^{commit}`)?.trim();
}

/** A file as a commit has it; undefined where it has none. */
export function fileAt(commit: string, path: string): string | undefined {
  return git("show", `${commit}:./${path}`);
}

/** The hash of every file as a commit has it, by its path from here. A link counts as a file. */
export function hashesAt(commit: string, ...folders: readonly string[]): ReadonlyMap<string, string> {
  const lines = (git("ls-tree", "-r", "-z", commit, "--", ...folders) ?? "").split("\0");
  return new Map(
    lines.flatMap((line) => {
      const [, hash = "", path = ""] = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      return path === "" ? [] : [[path, hash] as const];
    }),
  );
}

/** Every file below a folder as a commit has it, by its path from here: two calls of git, however many there are. */
export function filesBelow(commit: string, folder: string): ReadonlyMap<string, string> {
  const listed = [...hashesAt(commit, `${folder}/`)].map(([path, hash]) => ({ path, hash }));
  const objects = gitAbout(listed.map(({ hash }) => `${hash}\n`).join(""), "cat-file", "--batch") ?? Buffer.alloc(0);
  let at = 0;
  return new Map(
    listed.map(({ path }) => {
      // `<hash> blob <size>`, the bytes, a line feed.
      const end = objects.indexOf("\n", at);
      const size = Number(objects.toString("utf8", at, end).split(" ")[2]);
      const text = objects.toString("utf8", end + 1, end + 1 + size);
      at = end + 1 + size + 1;
      return [path, text] as const;
    }),
  );
}

/** Whether the working tree has other files below these paths than a commit; what git does not track counts not. */
export function isChangedSince(commit: string, ...paths: readonly string[]): boolean {
  return git("diff", "--quiet", commit, "--", ...paths) === undefined;
}

/** The address of the remote `origin`; undefined where there is none. */
export function remoteUrl(): string | undefined {
  return git("config", "--get", "remote.origin.url")?.trim();
}

/** The commit that is checked out, if a remote has it and these paths are as it has them. */
export function checkedOut(
  ...paths: readonly string[]
): { readonly commit: string; readonly folder: string } | undefined {
  const commit = commitOf("HEAD");
  const isPublic =
    process.env.GITHUB_ACTIONS === "true" || (git("branch", "--remotes", "--contains", "HEAD") ?? "") !== "";
  if (commit === undefined || !isPublic || isChangedSince(commit, ...paths)) return undefined;
  return { commit, folder: folderInRepository() };
}

/** Commits of this branch's history in which a file got or lost a text, the newest first. */
export function commitsWith(text: string, path: string): readonly string[] {
  const found = git("log", "--format=%H", `-S${text}`, "HEAD", "--", path) ?? "";
  return found.split("\n").filter((hash) => hash !== "");
}

/**
 * Committed files of folders that git ignores, which this program writes and runs: no review shows a change of them. None
 * where there is no repository. Throws where there is one that git does not read, as one of another owner.
 */
export function trackedOutputs(): readonly string[] {
  // In any case of letters: to some file systems `.Build` is `.build`.
  const folders = [".build", "cdktf.out", ".plans"].map((folder) => `:(icase)${folder}`);
  return tracked("--", ...folders);
}

/** Committed files that a `.gitignore` of this repository names, build output or not. */
export function trackedThoughIgnored(): readonly string[] {
  return [...new Set([...trackedOutputs(), ...tracked("--cached", "--ignored", "--exclude-per-directory=.gitignore")])];
}

function tracked(...which: readonly string[]): readonly string[] {
  const listed = git("ls-files", "-z", ...which);
  if (listed === undefined && isInRepository(ROOT)) {
    throw new CommandError(
      "git cannot read this repository, so that committed build output would go unnoticed\n    see why with: git status",
      EXIT.failed,
    );
  }
  return (listed ?? "").split("\0").filter((path) => path !== "");
}

function isInRepository(folder: string): boolean {
  return existsSync(join(folder, ".git")) || (dirname(folder) !== folder && isInRepository(dirname(folder)));
}
