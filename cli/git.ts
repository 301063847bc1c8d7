import { spawnSync } from "node:child_process";
import { CommandError, EXIT } from "./command-error";
import { ROOT } from "./project";

/** What git says in this project's folder; undefined where it says no. */
function git(...parameters: readonly string[]): string | undefined {
  const done = spawnSync("git", [...parameters], { cwd: ROOT, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  if (done.error !== undefined) {
    throw new CommandError(
      `git was not found: ${done.error.message}\n    install git, or name what to compare`,
      EXIT.usage,
    );
  }
  return done.status === 0 ? done.stdout : undefined;
}

/** The branches that a pull request usually goes to, the remote's own choice first. */
const TRUNKS = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/**
 * The commit that a review starts from: what is named, or where this branch left the trunk; on the trunk itself its own
 * last commit. Throws where there is no such commit.
 */
export function baseCommit(named: string | undefined): string {
  const asked = named === undefined ? undefined : commitOf(named);
  if (named !== undefined && asked === undefined) {
    throw new CommandError(
      `no commit is called ${JSON.stringify(named)}\n    a branch, a tag or a hash; a shallow clone needs: git fetch --unshallow`,
      EXIT.usage,
    );
  }
  const trunk = TRUNKS.find((name) => commitOf(name) !== undefined);
  const base = asked ?? (trunk && git("merge-base", "HEAD", trunk)?.trim()) ?? commitOf("HEAD");
  if (base !== undefined) return base;
  throw new CommandError(
    "there is no commit to compare with\n    name one: npm run review -- --base <commit>",
    EXIT.usage,
  );
}

function commitOf(name: string): string | undefined {
  // A name that starts with a dash would be an option.
  return name.startsWith("-") ? undefined : git("rev-parse", "--verify", "--quiet", `${name}^{commit}`)?.trim();
}

/** A file as a commit has it; undefined where it has none. */
export function fileAt(commit: string, path: string): string | undefined {
  return git("show", `${commit}:./${path}`);
}

/** Names in a folder as a commit has it. */
export function namesAt(commit: string, folder: string): readonly string[] {
  const listed = git("ls-tree", "--name-only", `${commit}:./${folder}`) ?? "";
  return listed.split("\n").filter((name) => name !== "");
}
