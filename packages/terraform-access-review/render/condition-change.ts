import { looserTerms } from "../judge/rows";
import type { Fact } from "../model/fact";
import type { AccessRow } from "../model/row";
import { limitName } from "./english";
import { words } from "./words";

/** How the condition of a grant changed. */
export interface ConditionChange {
  /** `with a less strict condition` */
  readonly ending: string;
  /** Parts that only one of the two conditions has: `adds scope orders/write`. Empty if the parts are unknown. */
  readonly parts: readonly string[];
  /** Whether a sentence names the whole difference. If not, readers need both conditions. */
  readonly isWhole: boolean;
}

const CHANGED = "with a changed condition";

/** Parts of a changed condition that a sentence names before it counts the rest. */
export const MOST_PARTS = 3;

/** Maximum length of a part in a sentence, in characters. */
const LONGEST = 120;

export function conditionChange({ terms: before }: AccessRow, { terms: after, effect }: AccessRow): ConditionChange {
  if (before === undefined || after === undefined) return { ending: CHANGED, parts: [], isWhole: false };
  const limit = (name: string) =>
    `${limitName(name)}: ${before.limits?.[name] ?? "no limit"} → ${after.limits?.[name] ?? "no limit"}`;
  const isDenial = effect === "deny";
  const [looser, tighter] = [looserTerms(before, after), looserTerms(after, before)];
  const isLooser = Object.values(looser).flat().length > 0;
  const isTighter = Object.values(tighter).flat().length > 0;
  const named = [looser, tighter].flatMap(({ permits, requires }) => [...permits, ...requires]);
  const parts = [
    ...looser.permits.flatMap((term) => partOf(isDenial ? "exempts" : "adds", term)),
    ...looser.requires.flatMap((term) => partOf("no longer requires", term)),
    ...looser.limits.map(limit),
    ...tighter.permits.flatMap((term) => partOf(isDenial ? "no longer exempts" : "removes", term)),
    ...tighter.requires.flatMap((term) => partOf("requires", term)),
    ...tighter.limits.map(limit),
  ];
  const areNamed = named.every((term) => term.kind !== "settings-digest" && words(term).length <= LONGEST);
  return {
    ending: isLooser ? "with a less strict condition" : isTighter ? "with a stricter condition" : CHANGED,
    parts,
    isWhole: areNamed && parts.length > 0 && parts.length <= MOST_PARTS,
  };
}

/** The facts that only one of two conditions has. */
export function changedTerms({ before, after }: { readonly before?: AccessRow; readonly after?: AccessRow }) {
  if (before?.terms === undefined || after?.terms === undefined) return [];
  const sides = [looserTerms(before.terms, after.terms), looserTerms(after.terms, before.terms)];
  return sides.flatMap(({ permits, requires }) => [...permits, ...requires]);
}

/** A digest means nothing to readers. */
function partOf(verb: string, term: Fact): readonly string[] {
  if (term.kind === "settings-digest") return [];
  const text = words(term);
  return [`${verb} ${text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`}`];
}
