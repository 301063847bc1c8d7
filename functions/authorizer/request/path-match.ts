import { fullSegments, type RoutePattern } from "../../../contract/route-pattern";

/** A pattern in the form that `matchesLoosely` expects: a folded literal, or a variable's kind. */
export type LoosePattern = readonly ({ readonly folded: string } | "variable" | "greedy")[];

/** `/` and `/orders/` end in an empty segment, which loose matching ignores. */
export function loosePattern(pattern: RoutePattern): LoosePattern {
  const segments = fullSegments(pattern).map((each) =>
    each.kind === "literal" ? { folded: fold(each.text) } : each.kind,
  );
  // It also ignores a literal of only dots and spaces.
  return segments.filter((each) => typeof each === "string" || each.folded !== "");
}

/** A path in the form that `matchesLoosely` expects: folded segments, no trailing slash. */
export function looseSegments(path: string): readonly string[] {
  const segments = path.slice(1).split("/").map(fold);
  while (segments.at(-1) === "") segments.pop();
  return segments;
}

/**
 * Matches as the most lenient web framework might: it ignores case, spaces and dots around a segment, trailing slashes,
 * and an extension of the last segment (Rails: `/orders/export.json`). A greedy variable may be empty.
 */
export function matchesLoosely(pattern: LoosePattern, found: readonly string[]): boolean {
  for (const [index, segment] of pattern.entries()) {
    if (segment === "greedy") return true;
    const text = found[index];
    if (text === undefined) return false;
    if (segment === "variable" || text === segment.folded) continue;
    if (index < found.length - 1 || !isExtended(text, segment.folded)) return false;
  }
  return found.length === pattern.length;
}

/**
 * Whether a text is the stem with an extension: `export.json`, and `export .json` too, because some servers trim it.
 */
function isExtended(text: string, stem: string): boolean {
  return text.startsWith(stem) && /^\s*\./u.test(text.slice(stem.length));
}

/** Matches as a framework that mounts a handler at a path: the handler gets everything below it. */
export function matchesLooselyAbove(pattern: LoosePattern, found: readonly string[]): boolean {
  return matchesLoosely(pattern, found.slice(0, pattern.length));
}

/**
 * One spelling for all forms that some framework treats as equal: compatibility forms (full-width letters), accents and
 * the dot of a Turkish capital I, case in both directions (`ß` is `SS`), surrounding spaces and dots.
 */
function fold(segment: string): string {
  const plain = segment.normalize("NFKD").replace(/\p{M}/gu, "");
  return withoutEdges(plain.toUpperCase().toLowerCase());
}

/**
 * Removes surrounding spaces and dots. `/[\s.]+$/` would take seconds over a path of ten thousand dots and a letter.
 */
function withoutEdges(text: string): string {
  const first = text.search(/[^\s.]/u);
  if (first < 0) return "";
  let end = text.length;
  while (/[\s.]/u.test(text.charAt(end - 1))) end -= 1;
  return text.slice(first, end);
}
