import { execFile } from "node:child_process";

const MOST_MILLISECONDS = 60_000;

/** Output of a program in another language. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a program while this process serves, with only the given environment. */
export function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { env, timeout: MOST_MILLISECONDS }, (_, out, error) => {
      resolve({ code: child.exitCode ?? 1, out: out.trim(), error: error.trim() });
    });
  });
}
