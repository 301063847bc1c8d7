import { closest, distance } from "fastest-levenshtein";

/** The candidate that was probably meant, or undefined if none is close enough to suggest. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const sorted = [...candidates].filter((candidate) => candidate !== word).sort();
  if (sorted.length === 0) return undefined;
  const lower = word.toLowerCase();
  const turned = sorted.find((candidate) => isTurned(lower, candidate.toLowerCase()));
  if (turned !== undefined) return turned;
  const best = closest(
    lower,
    sorted.map((candidate) => candidate.toLowerCase()),
  );
  const found = sorted.find((candidate) => candidate.toLowerCase() === best);
  // Up to a third of the word may differ. Beyond that it is a different word, and a wrong hint is worse than none.
  const tolerated = Math.ceil(Math.max(word.length, best.length) / 3);
  return distance(lower, best) <= tolerated ? found : undefined;
}

/** Whether two adjacent letters are swapped. That is one typo, but an edit distance of two. */
function isTurned(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== other[index]);
  const turned = `${word.slice(0, at)}${word[at + 1] ?? ""}${word[at] ?? ""}${word.slice(at + 2)}`;
  return at >= 0 && word.length === other.length && turned === other;
}

/** `did you mean "orders"?`, or the list of candidates. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const known = [...new Set(candidates)].sort();
  const hint = nearest(word, known);
  if (hint !== undefined) return `did you mean ${JSON.stringify(hint)}?`;
  return known.length === 0 ? "none is defined" : `known: ${known.join(", ")}`;
}
