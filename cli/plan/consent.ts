import { createInterface } from "node:readline/promises";
import { CommandError, EXIT } from "../command-error";

/** Asks whoever sits there; where nobody does, nothing is applied. */
export async function ask(environment: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(
      `${environment}: nobody is here to ask, and nothing was applied\n` +
        `    name what was approved: npm run deploy -- ${environment} --approved <file>; or --yes`,
      EXIT.usage,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Apply this to ${environment}? Only "yes" does: `);
    if (answer.trim() !== "yes") throw new CommandError(`${environment}: nothing was applied`, EXIT.failed);
  } finally {
    terminal.close();
  }
}
