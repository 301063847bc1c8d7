import { cellText } from "../../packages/terraform-access-review/access/ledger";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";
import { synthesizedText } from "../process/synthesized";

/** Who may call which route, read from the reviewed ledger `synthesized/<environment>/access.md`. */
export function routeGrants(environment: string): readonly AccessRow[] {
  return routeGrantsOf(synthesizedText(environment, "access.md"));
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
