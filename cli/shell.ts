import { spawnSync } from "node:child_process";

/** Runs a program to its end; tests put another one here. */
export type Shell = (program: string, args: readonly string[]) => { code: number; out: string; error: string };

/** The program of that name on the PATH, for a minute at most. */
export const systemShell: Shell = (program, args) => {
  const { error, status, stdout, stderr } = spawnSync(program, [...args], { encoding: "utf8", timeout: 60_000 });
  if (error !== undefined) return { code: 1, out: "", error: error.message };
  return { code: status ?? 1, out: stdout, error: stderr };
};
