import { createInterface } from "node:readline/promises";
import { usageError } from "./command-error";
import { unreported } from "./progress";
import { signals } from "./signals";

/**
 * Asks the person at the terminal. Only "yes" confirms; a lost terminal does not.
 *
 * @param refusal the problem and the remedy if there is no terminal
 * @throws CommandError if there is no terminal
 */
export async function isConfirmed(
  question: string,
  refusal: readonly [problem: string, remedy: string],
): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw usageError(...refusal);
  // Raw mode stays off, so that Ctrl-C is still a signal. Losing the terminal ends the input.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const asked = unreported();
  const closed = new Promise<string>((resolve) => {
    for (const event of ["close", "error"]) terminal.once(event, () => resolve(""));
  });
  try {
    const answer = await signals
      .unlessStopped(() => Promise.race([terminal.question(`${question} Only "yes" does: `), closed]))
      .catch((stopped) => {
        console.error(); // below the question
        throw stopped;
      });
    return answer.trim() === "yes";
  } finally {
    asked();
    terminal.close();
  }
}
