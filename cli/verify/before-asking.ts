import { CommandError, EXIT } from "../process/command-error";

/**
 * Whatever keeps the questions from being asked is no answer. A pipeline tells by the exit code: 1 is what the environment
 * itself showed, 64 a stack that was never laid out or deployed, a config with problems, a missing tool.
 */
export async function beforeAsking<T>(prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(error.message, EXIT.usage);
    throw error;
  }
}
