import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../cli/process/project";
import { NotMeasured } from "../measure/figure";
import { PLAIN_NODE, SCRIPTS } from "../measure/node-process";

/** The cost of one command in one tree. */
export interface Work {
  /** Processor time of the command and of all that it starts, in milliseconds. */
  readonly processor: number;
  readonly filesRead: number;
  readonly kilobytesRead: number;
  readonly output: string;
}

/** A commit, or what is in the working tree, in a folder of its own that a benchmark may change. */
export class Side {
  readonly folder = mkdtempSync(join(tmpdir(), "front-door-against-"));

  /** @param commit undefined: the working tree, with changes that are not committed */
  constructor(readonly commit: string | undefined) {
    // A link to the packages of another clone is no file of this one.
    const paths = ["ls-files", "-co", "--exclude-standard", "-z", "--", ".", ":(exclude)node_modules"];
    const listed = execFileSync("git", paths, { cwd: ROOT });
    const files =
      commit === undefined
        ? execFileSync("tar", ["-c", "--ignore-failed-read", "--null", "-T", "-"], piped(listed))
        : execFileSync("git", ["archive", commit], piped());
    execFileSync("tar", ["-x", "-C", this.folder], { input: files });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    // A review compares with a commit.
    const own = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"];
    for (const step of [
      ["init", "-q"],
      ["add", "-A"],
      [...own, "commit", "-qm", "measured"],
    ]) {
      execFileSync("git", step, { cwd: this.folder });
    }
  }

  /** Runs `node <args>` to its end. Throws `NotMeasured` if it fails. */
  run(args: readonly string[]): Work {
    const counts = join(this.folder, ".git", "counts");
    writeFileSync(counts, "");
    const before = childrenMilliseconds();
    const done = spawnSync(process.execPath, args, {
      cwd: this.folder,
      env: {
        ...process.env,
        ...PLAIN_NODE,
        NODE_OPTIONS: `--require ${JSON.stringify(join(SCRIPTS, "measure", "count-reads.cjs"))}`,
        COUNT_FILE: counts,
      },
      encoding: "utf8",
      maxBuffer: 64_000_000,
    });
    const processor = childrenMilliseconds() - before;
    if (done.status !== 0) throw new NotMeasured(`node ${args.join(" ")} failed: ${done.stderr.trim()}`);
    const rows = readFileSync(counts, "utf8").trim().split("\n");
    const sum = (column: number) => rows.reduce((total, row) => total + Number(row.split(" ")[column]), 0);
    return { processor, filesRead: sum(0), kilobytesRead: sum(1) / 1000, output: done.stdout };
  }

  /** Changes the text of a source, like an edit, so that the next command bundles again. Throws `NotMeasured` without it. */
  editSource(): void {
    const source = join(this.folder, "stacks", "environment-stack.ts");
    if (!existsSync(source)) throw new NotMeasured("stacks/environment-stack.ts is missing");
    appendFileSync(source, "// edited\n");
  }

  /** Size of a file, in kilobytes. */
  kilobytes(path: string): number {
    return statSync(join(this.folder, path)).size / 1000;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function piped(input?: Buffer) {
  return { cwd: ROOT, input, maxBuffer: 2 ** 30 } as const;
}

/** Milliseconds of a tick in `/proc` (proc(5)): Linux counts 100 a second on every platform that Node supports. */
const TICK_MILLISECONDS = 10;

/** Processor time of the ended child processes and of their children. Elsewhere than on Linux, the time that passed. */
function childrenMilliseconds(): number {
  try {
    // The name of the program, in parentheses, may contain spaces. `cutime` and `cstime` are the 16th and 17th field.
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[13]) + Number(fields[14])) * TICK_MILLISECONDS;
  } catch {
    return performance.now();
  }
}
