import type { Fact, RowFacts } from "../model/fact";
import type { AccessRow } from "../model/row";
import { ENGLISH, type Vocabulary } from "./english";

/** @throws Error if the fact is of no known kind, as in a change model that another program wrote */
export function words(fact: Fact): string {
  if (!Object.hasOwn(ENGLISH, fact.kind)) throw new Error(`a fact of the unknown kind ${JSON.stringify(fact.kind)}`);
  return (ENGLISH[fact.kind] as Vocabulary[Fact["kind"]])(fact as never, words);
}

/** The cells of a row in the ledger. */
export interface RowWords {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  /** `-` for none. */
  readonly condition: string;
}

export function rowWords(row: AccessRow): RowWords {
  return {
    principal: words(row.principal),
    permission: permissionWords(row),
    resource: words(row.resource),
    condition: conditionWords(row.conditions),
  };
}

export function permissionWords({ effect, action }: Pick<RowFacts, "effect" | "action">): string {
  return `${effect === "deny" ? "DENY " : ""}${words(action)}`;
}

export function conditionWords(conditions: readonly Fact[]): string {
  return conditions.map(words).join("; ") || "-";
}
