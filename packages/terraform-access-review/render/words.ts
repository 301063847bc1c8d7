import { UNPRINTABLE } from "../../../contract/unprintable";
import type { Effect } from "../model/change";
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

/**
 * Text for one line. Characters that would move the cursor, change the writing direction or end the line are shown as
 * escapes.
 */
export function visible(text: string): string {
  // Nearly every text is printable ASCII, and needs no check of each character's category.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(UNPRINTABLE, (found) => {
    if (found === "\n") return "\\n";
    return `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Terraform's hash of other values, which the report shows where they are declared. */
const HASH = /\$\{sha256\(.*\)\}/s;

/** A value on one line, cut at `most` characters. */
export function shortValue(value: unknown, most = 300): string {
  const text = visible(
    typeof value === "string" ? value.replace(HASH, "(a hash of other values)") : JSON.stringify(value),
  );
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  broadened: "broader",
  unjudged: "cannot be judged",
  narrowed: "narrower",
  neither: "neither broader nor narrower",
};

/** In a terminal. */
export const SIGNS: Readonly<Record<Effect, string>> = { broadened: "+", unjudged: "?", narrowed: "-", neither: "=" };

/** In the order of a report: what a reviewer must look at comes first. */
export const EFFECTS = ["broadened", "unjudged", "narrowed", "neither"] as const satisfies readonly Effect[];
