import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectError, usageError } from "./command-error";
import { ROOT } from "./project";

/** Output of git in this project's folder; undefined if git fails. */
function git(...parameters: readonly string[]): string | undefined {
  return gitAbout("", ...parameters)?.toString("utf8");
}

function gitAbout(input: string, ...parameters: readonly string[]): Buffer | undefined {
  const done = spawnSync("git", [...parameters], { cwd: ROOT, input, maxBuffer: 256 * 1024 * 1024 });
  if (done.error !== undefined) {
    throw usageError(`git was not found: ${done.error.message}`, "install git, or name what to compare");
  }
  return done.status === 0 ? done.stdout : undefined;
}

/** The usual target branches of a pull request, the remote's default branch first. */
const TRUNKS = ["remotes/origin/HEAD", "remotes/origin/main", "remotes/origin/master", "heads/main", "heads/master"];

/**
 * The commit that a review starts from: the named one, or where this branch left the trunk. On the trunk itself, its
 * last commit. Throws if there is no such commit.
 */
export function baseCommit(named: string | undefined): string {
  requireRepository();
  const asked = named === undefined ? undefined : commitOf(named);
  if (named !== undefined && asked === undefined) {
    throw usageError(
      `no commit is called ${JSON.stringify(named)}`,
      "a branch, a tag or a hash; a shallow clone needs: git fetch --unshallow",
    );
  }
  const base = asked ?? whereLeft(TRUNKS) ?? commitOf("HEAD");
  if (base !== undefined) return base;
  throw usageError("there is no commit to compare with", "name one: npm run review -- --base <commit>");
}

function requireRepository(): void {
  if (git("rev-parse", "--git-dir") !== undefined) return;
  throw usageError(
    isInRepository(ROOT)
      ? `${ROOT}: got a git repository that git cannot read, expected a commit to compare with\n    see why with: git status`
      : `${ROOT}: got no git repository, expected a commit to compare with\n` +
          "    make one before the change: git init && git add -A && git commit -m start",
  );
}

/** The last commit that this branch shares with the first of these branches that exists. */
function whereLeft(branches: readonly string[]): string | undefined {
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

/** The full hash of a commit; undefined if no commit has this name. */
function commitOf(name: string): string | undefined {
  // git would read a name that starts with a dash as an option.
  return name.startsWith("-") ? undefined : git("rev-parse", "--verify", "--quiet", `${name}^{commit}`)?.trim();
}

/** The content of a file in a commit; undefined if the commit has no such file. */
export function fileAt(commit: string, path: string): string | undefined {
  return git("show", `${commit}:./${path}`);
}

/**
 * The content of every file below a folder in a commit, by its path from here. Calls git twice, regardless of the number
 * of files. A link counts as a file.
 */
export function filesBelow(commit: string, folder: string): ReadonlyMap<string, string> {
  const lines = (git("ls-tree", "-r", "-z", commit, "--", `${folder}/`) ?? "").split("\0");
  const listed = lines.flatMap((line) => {
    const [, hash = "", path = ""] = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return path === "" ? [] : [{ path, hash }];
  });
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

/** Whether the working tree differs from a commit below these paths. Files that git does not track are ignored. */
export function isChangedSince(commit: string, ...paths: readonly string[]): boolean {
  return git("diff", "--quiet", commit, "--", ...paths) === undefined;
}

/** Files of the working tree that differ from a commit, and new ones, by their paths from here. Ignored files are left out. */
export function changedFiles(commit: string): readonly string[] {
  const listed = [
    git("diff", "--name-only", "--relative", "-z", commit, "--", "."),
    git("ls-files", "--others", "--exclude-standard", "-z"),
  ];
  return [...new Set(listed.flatMap((paths) => (paths ?? "").split("\0")))].filter((path) => path !== "").sort();
}

/** The checked-out commit; undefined if there is no repository, or no commit. */
export function headCommit(): string | undefined {
  return commitOf("HEAD");
}

/** The address of the remote `origin`; undefined if there is none. */
export function remoteUrl(): string | undefined {
  return git("config", "--get", "remote.origin.url")?.trim();
}

/** The checked-out commit, if a remote has it and these paths are unchanged. */
export function checkedOut(
  ...paths: readonly string[]
): { readonly commit: string; readonly folder: string } | undefined {
  const commit = commitOf("HEAD");
  const isPublic =
    process.env.GITHUB_ACTIONS === "true" || (git("branch", "--remotes", "--contains", "HEAD") ?? "") !== "";
  if (commit === undefined || !isPublic || isChangedSince(commit, ...paths)) return undefined;
  return { commit, folder: folderInRepository() };
}

/** Commits of this branch's history in which a file gained or lost a text, the newest first. */
export function commitsWith(text: string, path: string): readonly string[] {
  return history(path, `-S${text}`);
}

/** Commits of this branch's history that changed a file, the newest first. */
export function commitsOf(path: string): readonly string[] {
  return history(path);
}

function history(path: string, ...which: readonly string[]): readonly string[] {
  const found = git("log", "--format=%H", ...which, "HEAD", "--", path) ?? "";
  return found.split("\n").filter((hash) => hash !== "");
}

/**
 * Committed files in folders that git ignores, which this program writes and runs. No review shows changes of them.
 * None if there is no repository. Throws if git refuses to read the repository, for example because of another owner.
 */
export function trackedOutputs(): readonly string[] {
  // In upper or lower case: some file systems treat `.Build` and `.build` as the same.
  const folders = [".build", "cdktf.out", ".plans"].map((folder) => `:(icase)${folder}`);
  return tracked("--", ...folders);
}

/** Committed files that a `.gitignore` of this repository names, whether build output or not. */
export function trackedThoughIgnored(): readonly string[] {
  return [...new Set([...trackedOutputs(), ...tracked("--cached", "--ignored", "--exclude-per-directory=.gitignore")])];
}

function tracked(...which: readonly string[]): readonly string[] {
  const listed = git("ls-files", "-z", ...which);
  if (listed === undefined && isInRepository(ROOT)) {
    throw projectError(
      "git cannot read this repository, so that committed build output would go unnoticed",
      "see why with: git status",
    );
  }
  return (listed ?? "").split("\0").filter((path) => path !== "");
}

function isInRepository(folder: string): boolean {
  return existsSync(join(folder, ".git")) || (dirname(folder) !== folder && isInRepository(dirname(folder)));
}
