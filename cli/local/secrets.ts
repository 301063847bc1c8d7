import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { CommandError, EXIT } from "../process/command-error";
import { BUILD, ROOT } from "../process/project";

/** The file in which a person sets an environment's secrets for this machine. Git ignores it, like all of `.build/`. */
export function secretsFile(environment: string): string {
  return relative(ROOT, join(BUILD, `secrets.${environment}.env`));
}

/** One `storefront-dev-orders-database-url=postgres://…` a line; `#` starts a comment. Empty if there is no file. */
export function readSecrets(environment: string): ReadonlyMap<string, string> {
  const name = secretsFile(environment);
  const file = join(ROOT, name);
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  return new Map(
    lines.flatMap((line, index) => {
      if (line.trim() === "" || line.startsWith("#")) return [];
      const [, id, value] = /^([A-Za-z0-9_-]+)=(.*)$/.exec(line) ?? [];
      // Never print the line itself: it may hold part of a secret.
      if (id === undefined || value === undefined) {
        throw new CommandError(`${name}:${index + 1}  expected <id of the secret>=<value>`, EXIT.usage);
      }
      return [[id, value] as const];
    }),
  );
}
