/** A route's path, `/orders/{id}` or `/files/{proxy+}`, without the names of its variables. */
export interface RoutePattern {
  readonly segments: readonly PatternSegment[];
  /** Equal for patterns that differ in the names of their variables alone. */
  readonly key: string;
  readonly hasVariable: boolean;
}

export type PatternSegment =
  | { readonly kind: "literal"; readonly text: string; readonly folded: string }
  | { readonly kind: "variable" }
  | { readonly kind: "greedy" };

/** How narrow a segment is; a literal beats a variable beats a greedy variable. */
const NARROWNESS = { literal: 2, variable: 1, greedy: 0 } as const;

/** Reads the path of a route key: `GET /orders/{id}`. */
export function patternOf(routeKey: string): RoutePattern {
  const path = routeKey.slice(routeKey.indexOf(" ") + 1);
  const segments = path.slice(1).split("/").map(patternSegment);
  return {
    segments,
    key: JSON.stringify(segments.map((segment) => (segment.kind === "literal" ? segment.text : [segment.kind]))),
    hasVariable: segments.some(({ kind }) => kind !== "literal"),
  };
}

function patternSegment(text: string): PatternSegment {
  if (text.startsWith("{") && text.endsWith("+}")) return { kind: "greedy" };
  if (text.startsWith("{") && text.endsWith("}")) return { kind: "variable" };
  return { kind: "literal", text, folded: fold(text) };
}

/** As API Gateway matches: case-sensitive, a variable is one segment that is not empty, a greedy one all that is left. */
export function matchesExactly(pattern: RoutePattern, path: string): boolean {
  const found = path.slice(1).split("/");
  for (const [index, segment] of pattern.segments.entries()) {
    const text = found[index];
    if (text === undefined || (segment.kind === "literal" ? text !== segment.text : text === "")) return false;
    if (segment.kind === "greedy") return true;
  }
  return found.length === pattern.segments.length;
}

/** A path as `matchesLoosely` wants it: folded segments, no trailing slash. */
export function looseSegments(path: string): readonly string[] {
  const segments = path.slice(1).split("/").map(fold);
  while (segments.at(-1) === "") segments.pop();
  return segments;
}

/**
 * As the most lenient web framework might match: whatever the case, spaces and dots around a segment, trailing slashes,
 * and the last segment with or without an extension (Rails: `/orders/export.json`). A greedy variable may be empty.
 */
export function matchesLoosely(pattern: RoutePattern, found: readonly string[]): boolean {
  const wanted = fullSegments(pattern);
  for (const [index, segment] of wanted.entries()) {
    if (segment.kind === "greedy") return true;
    const text = found[index];
    if (text === undefined) return false;
    if (segment.kind === "variable" || text === segment.folded) continue;
    if (index < found.length - 1 || !isExtended(text, segment.folded)) return false;
  }
  return found.length === wanted.length;
}

/** `export.json` of `export`; `export .json` too, for whoever trims what is left of it. */
function isExtended(text: string, stem: string): boolean {
  return text.startsWith(stem) && /^\s*\./u.test(text.slice(stem.length));
}

/** As a framework that mounts a handler at a path: whatever lies below it is its own. */
export function matchesLooselyAbove(pattern: RoutePattern, found: readonly string[]): boolean {
  return matchesLoosely(pattern, found.slice(0, fullSegments(pattern).length));
}

/** Whether `other` has a literal where `pattern` has a variable: it names a part of what `pattern` takes. */
export function namesPartOf(other: RoutePattern, pattern: RoutePattern): boolean {
  return fullSegments(other).some((segment, index) => {
    // Beyond the last segment only a greedy one goes on.
    const counterpart = pattern.segments[index] ?? pattern.segments.at(-1);
    return segment.kind === "literal" && counterpart?.kind !== "literal";
  });
}

/** The segments of a pattern without empty ones: `/` and `/orders/` end in one that loose matching does not know. */
function fullSegments({ segments }: RoutePattern): readonly PatternSegment[] {
  return segments.filter((segment) => segment.kind !== "literal" || segment.folded !== "");
}

/**
 * Whether `other` is nowhere narrower than `pattern` and somewhere wider, segment by segment. Of two patterns that are
 * each narrower somewhere, frameworks disagree which one wins: then neither is less specific.
 */
export function isLessSpecific(other: RoutePattern, pattern: RoutePattern): boolean {
  let wider = false;
  for (const [index, segment] of other.segments.entries()) {
    const counterpart = pattern.segments[index];
    // `/files/{proxy+}` beside `/{name}` that ends here: where both match, the greedy variable is empty.
    if (counterpart === undefined) return segment.kind === "greedy";
    const difference = NARROWNESS[segment.kind] - NARROWNESS[counterpart.kind];
    if (difference > 0) return false;
    if (difference < 0) wider = true;
    if (segment.kind === "greedy") return wider;
  }
  return wider;
}

/**
 * One spelling for all that some framework takes for the same: compatibility forms (full-width letters), accents and
 * the dot of a Turkish capital I, case in both directions (`ß` is `SS`), spaces and dots around.
 */
function fold(segment: string): string {
  const plain = segment.normalize("NFKD").replace(/\p{M}/gu, "");
  return withoutEdges(plain.toUpperCase().toLowerCase());
}

/** Without spaces and dots around. `/[\s.]+$/` would take seconds over a path of ten thousand dots and a letter. */
function withoutEdges(text: string): string {
  const first = text.search(/[^\s.]/u);
  if (first < 0) return "";
  let end = text.length;
  while (/[\s.]/u.test(text.charAt(end - 1))) end -= 1;
  return text.slice(first, end);
}
