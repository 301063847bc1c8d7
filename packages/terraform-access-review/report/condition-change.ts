import { isWithin } from "../change/access-change";
import type { AccessRow, RowTerms } from "../model/row";

/** How the condition of a grant changed, in words. */
export interface ConditionChange {
  /** `with a less strict condition` */
  readonly ending: string;
  /** Parts that only one of the two conditions has: `adds scope orders/write`. Empty if the parts are unknown. */
  readonly parts: readonly string[];
}

const CHANGED = "with a changed condition";

/** Digests only distinguish two texts, and mean nothing to readers. */
const DIGEST = /^[0-9a-f]{12}$/;

/** Maximum length of a part in a sentence, in characters. */
const LONGEST = 120;

export function conditionChange(
  { terms: before }: AccessRow,
  { terms: after, permission }: AccessRow,
): ConditionChange {
  if (before === undefined || after === undefined) return { ending: CHANGED, parts: [] };
  const limit = (name: string) =>
    `${name}: ${before.limits?.[name] ?? "no limit"} → ${after.limits?.[name] ?? "no limit"}`;
  const isDenial = permission.startsWith("DENY ");
  const [looser, tighter] = [looserTerms(before, after), looserTerms(after, before)];
  const isLooser = Object.values(looser).flat().length > 0;
  const isTighter = Object.values(tighter).flat().length > 0;
  return {
    ending: isLooser ? "with a less strict condition" : isTighter ? "with a stricter condition" : CHANGED,
    parts: [
      ...looser.permits.flatMap((term) => inWords(isDenial ? "exempts" : "adds", term)),
      ...looser.requires.flatMap((term) => inWords("no longer requires", term)),
      ...looser.limits.map(limit),
      ...tighter.permits.flatMap((term) => inWords(isDenial ? "no longer exempts" : "removes", term)),
      ...tighter.requires.flatMap((term) => inWords("requires", term)),
      ...tighter.limits.map(limit),
    ],
  };
}

/** The terms that make the second condition less strict than the first. */
function looserTerms({ permits = [], requires = [], limits = {} }: RowTerms, second: RowTerms) {
  const names = [...new Set([...Object.keys(limits), ...Object.keys(second.limits ?? {})])];
  return {
    permits: (second.permits ?? []).filter((term) => !permits.some((other) => isWithin(term, other))),
    requires: requires.filter((term) => !second.requires?.includes(term)),
    limits: names.filter((name) => (second.limits?.[name] ?? Infinity) > (limits[name] ?? Infinity)),
  };
}

function inWords(verb: string, term: string): readonly string[] {
  if (DIGEST.test(term)) return [];
  return [`${verb} ${term.length <= LONGEST ? term : `${term.slice(0, LONGEST)}…`}`];
}
