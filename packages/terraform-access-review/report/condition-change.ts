import type { AccessRow, RowTerms } from "../model/row";

/** How the condition of a grant changed, in words. */
export interface ConditionChange {
  /** `with a less strict condition` */
  readonly ending: string;
  /** What is in one of the two alone: `adds scope orders/write`. Empty where their parts are not known. */
  readonly parts: readonly string[];
}

/** Digests tell two texts apart, and say nothing. */
const DIGEST = /^[0-9a-f]{12}$/;

/** As long as a part may be in a sentence, in characters. */
const LONGEST = 120;

export function conditionChange(before: AccessRow, after: AccessRow): ConditionChange {
  if (before.terms === undefined || after.terms === undefined) return { ending: CHANGED, parts: [] };
  const isDenial = after.permission.startsWith("DENY ");
  const looser = differences(before.terms, after.terms, isDenial ? { ...LOOSER, permit: "exempts" } : LOOSER);
  const tighter = differences(
    after.terms,
    before.terms,
    isDenial ? { ...TIGHTER, permit: "no longer exempts" } : TIGHTER,
  );
  const ending = looser.length > 0 ? "with a less strict condition" : tighter.length > 0 ? STRICTER : CHANGED;
  return { ending, parts: [...looser, ...tighter].filter(({ term }) => !DIGEST.test(term)).map(({ words }) => words) };
}

const CHANGED = "with a changed condition";
const STRICTER = "with a stricter condition";

interface Words {
  readonly permit: string;
  readonly require: string;
  readonly limit: (name: string, from: number | undefined, to: number | undefined) => string;
}

const NO_LIMIT = "no limit";
const LOOSER: Words = {
  permit: "adds",
  require: "no longer requires",
  limit: (name, from, to) => `${name}: ${from ?? NO_LIMIT} → ${to ?? NO_LIMIT}`,
};
const TIGHTER: Words = {
  permit: "removes",
  require: "requires",
  limit: (name, from, to) => `${name}: ${to ?? NO_LIMIT} → ${from ?? NO_LIMIT}`,
};

/** What the second has and the first has not that makes a condition less strict. */
function differences(first: RowTerms, second: RowTerms, words: Words) {
  const missing = (some: readonly string[] = [], others: readonly string[] = []) =>
    some.filter((term) => !others.includes(term));
  const names = [...new Set([...Object.keys(first.limits ?? {}), ...Object.keys(second.limits ?? {})])];
  return [
    ...missing(second.permits, first.permits).map((term) => ({ term, words: `${words.permit} ${shortened(term)}` })),
    ...missing(first.requires, second.requires).map((term) => ({ term, words: `${words.require} ${shortened(term)}` })),
    ...names.flatMap((name) => {
      const [from, to] = [first.limits?.[name], second.limits?.[name]];
      return (to ?? Infinity) > (from ?? Infinity) ? [{ term: name, words: words.limit(name, from, to) }] : [];
    }),
  ];
}

function shortened(term: string): string {
  return term.length <= LONGEST ? term : `${term.slice(0, LONGEST)}…`;
}
