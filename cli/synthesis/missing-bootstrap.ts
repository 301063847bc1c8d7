import { BOOTSTRAP_FILE, BOOTSTRAP_PREFIX } from "../../intent/source/environments";
import { type CommandError, usageError } from "../process/command-error";

/** The error for the bootstrap of an environment that has none; undefined for any other name. */
export function missingBootstrap(stack: string, environments: readonly string[]): CommandError | undefined {
  const environment = stack.startsWith(BOOTSTRAP_PREFIX) ? stack.slice(BOOTSTRAP_PREFIX.length) : undefined;
  if (environment === undefined || !environments.includes(environment)) return undefined;
  return usageError(
    `there is no ${stack}: ${BOOTSTRAP_FILE} has no environment ${environment}`,
    `write it there (docs/how-to/bootstrap.md), or name ${environment}`,
  );
}
