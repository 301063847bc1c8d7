import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cellText } from "../../packages/terraform-access-review/access/ledger";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";
import { usageError } from "../process/command-error";
import { SYNTHESIZED } from "../process/project";

/** Who may call which route, read from the reviewed ledger `synthesized/<environment>/access.md`. */
export function routeGrants(environment: string): readonly AccessRow[] {
  const file = join(SYNTHESIZED, environment, "access.md");
  if (!existsSync(file)) {
    throw usageError(`synthesized/${environment}/access.md is not there`, "write it with: npm run synth");
  }
  return routeGrantsOf(readFileSync(file, "utf8"));
}

/** The rows of a ledger that are about routes. */
export function routeGrantsOf(ledger: string): readonly AccessRow[] {
  return ledger
    .split("\n")
    .flatMap((line) => rowOf(line) ?? [])
    .filter(({ permission }) => /^[A-Z]+ \//.test(permission));
}

/** One line of the table. */
function rowOf(line: string): AccessRow | undefined {
  if (!line.startsWith("| ")) return undefined;
  const cells = line.slice(2, line.lastIndexOf(" |")).split(" | ");
  const [principal, permission, resource, condition] = cells.map(cellText);
  if (principal === undefined || permission === undefined || resource === undefined || condition === undefined)
    return undefined;
  return { principal, permission, resource, condition };
}
