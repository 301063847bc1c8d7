import { execFile, spawnSync } from "node:child_process";
import { npmCommand } from "./npm.cjs";
import { unreported } from "./progress";
import { ROOT } from "./project";

/** Runs a program to its end. Tests replace it. */
export type Shell = (
  program: string,
  args: readonly string[],
  /** Time limit in seconds. Default: one minute. */
  seconds?: number,
) => { code: number; out: string; error: string };

/** A shell that may or may not block. */
export type MaybeAsyncShell = (...question: Parameters<Shell>) => ReturnType<Shell> | Promise<ReturnType<Shell>>;

/** The program of that name on the PATH. */
export const systemShell: Shell = (program, args, seconds = 60) => {
  const options = { encoding: "utf8", timeout: seconds * 1000 } as const;
  const [file, ...before] = commandOf(program);
  const { error, status, stdout, stderr } = spawnSync(file, [...before, ...args], options);
  if (error !== undefined) return { code: 1, out: "", error: error.message };
  return { code: status ?? 1, out: stdout, error: stderr };
};

/** Runs the program without blocking: this program continues and handles signals. */
export function askingShell(...[program, args, seconds = 60]: Parameters<Shell>): Promise<ReturnType<Shell>> {
  const [file, ...before] = commandOf(program);
  return new Promise((resolve) => {
    execFile(file, [...before, ...args], { encoding: "utf8", timeout: seconds * 1000 }, (error, out, said) =>
      resolve(error === null ? { code: 0, out, error: said } : { code: 1, out, error: said || error.message }),
    );
  });
}

/** Runs a program in the project, with its output on the terminal. @returns its exit code */
export function runHere(program: string, ...args: readonly string[]): number | null {
  const end = unreported();
  const [file, ...before] = commandOf(program);
  try {
    return spawnSync(file, [...before, ...args], { cwd: ROOT, stdio: "inherit" }).status;
  } finally {
    end();
  }
}

function commandOf(program: string): [program: string, ...args: string[]] {
  return program === "npm" ? npmCommand() : [program];
}

/** A text as one word of a POSIX shell. A caller's name may contain any character. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
