import { createInterface } from "node:readline/promises";
import { projectError, usageError } from "../process/command-error";
import { signals } from "../process/signals";

/** Asks the person at the terminal. Nothing is applied if there is no terminal, or if it is lost. */
export async function ask(environment: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw usageError(
      `${environment}: no terminal to ask at, and nothing was applied`,
      `pass the approved change: npm run deploy -- ${environment} --approved <file>, or pass --yes`,
    );
  }
  // Not in raw mode, so Ctrl-C stays a signal. Losing the terminal ends the input.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const closed = new Promise<string>((resolve) => {
    for (const event of ["close", "error"]) terminal.once(event, () => resolve(""));
  });
  try {
    const question = () => terminal.question(`Apply this to ${environment}? Only "yes" does: `);
    const answer = await signals
      .unlessStopped(() => Promise.race([question(), closed]))
      .catch((stopped) => {
        console.error(); // below the question
        throw stopped;
      });
    if (answer.trim() !== "yes") throw projectError(`${environment}: nothing was applied`);
  } finally {
    terminal.close();
  }
}
