import { execFile } from "node:child_process";

const MOST_MILLISECONDS = 60_000;

/** What a program of another language said. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs while this process serves; with nothing of its environment but what is given. */
export function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { env, timeout: MOST_MILLISECONDS }, (_, out, error) => {
      resolve({ code: child.exitCode ?? 1, out: out.trim(), error: error.trim() });
    });
  });
}
