/**
 * A route's path, `/orders/{id}` or `/files/{proxy+}`, as API Gateway parses it. Authorizer, Envoy and review all order
 * routes with these functions. Two different orders would be a security hole.
 */
export interface RoutePattern {
  readonly path: string;
  readonly segments: readonly PatternSegment[];
  /** Equal for patterns that differ only in the names of their variables. */
  readonly key: string;
  readonly hasVariable: boolean;
}

export type PatternSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable" }
  | { readonly kind: "greedy" };

/** Kinds of segments by rank: the gateway tries a literal first, then a variable, then a greedy variable. */
const KINDS = ["literal", "variable", "greedy"] as const;

/** @param path of a route, without its method */
export function patternOf(path: string): RoutePattern {
  const segments = partsOf(path).map(segmentOf);
  return {
    path,
    segments,
    key: JSON.stringify(segments.map((segment) => (segment.kind === "literal" ? segment.text : [segment.kind]))),
    hasVariable: segments.some(({ kind }) => kind !== "literal"),
  };
}

/** The pattern of a route key: `GET /orders/{id}`. */
export function patternOfKey(routeKey: string): RoutePattern {
  return patternOf(routeKey.slice(routeKey.indexOf(" ") + 1));
}

function partsOf(path: string): readonly string[] {
  return path.slice(1).split("/");
}

function segmentOf(text: string): PatternSegment {
  const kind = KINDS[breadth(text)];
  return kind === "literal" ? { kind, text } : { kind };
}

/** Names of a path's variables, in order. A greedy one is given without its plus. */
export function variablesOf(path: string): readonly string[] {
  return [...path.matchAll(/\{([^{}+]+)\+?\}/g)].map(([, name = ""]) => name);
}

/** Non-empty segments. `/` and `/orders/` end in an empty one, which lenient servers drop. */
export function fullSegments({ segments }: RoutePattern): readonly PatternSegment[] {
  return segments.filter((segment) => segment.kind !== "literal" || segment.text !== "");
}

/** Whether `other` has a literal where `pattern` has a variable, so it matches a part of what `pattern` matches. */
export function namesPartOf(other: RoutePattern, pattern: RoutePattern): boolean {
  return fullSegments(other).some((segment, index) => {
    // Only a greedy variable matches beyond the last segment.
    const counterpart = pattern.segments[index] ?? pattern.segments.at(-1);
    return segment.kind === "literal" && counterpart?.kind !== "literal";
  });
}

/**
 * Whether `other` is wider than `pattern` in some segment and narrower in none. If each is narrower somewhere, neither
 * is less specific, because frameworks disagree about which one wins.
 */
export function isLessSpecific(other: RoutePattern, pattern: RoutePattern): boolean {
  let wider = false;
  for (const [index, { kind }] of other.segments.entries()) {
    const counterpart = pattern.segments[index];
    // `/files/{proxy+}` against `/{name}`, which ends here: if both match, the greedy variable is empty.
    if (counterpart === undefined) return kind === "greedy";
    const difference = KINDS.indexOf(kind) - KINDS.indexOf(counterpart.kind);
    if (difference < 0) return false;
    if (difference > 0) wider = true;
    if (kind === "greedy") return wider;
  }
  return wider;
}

/** Order in which API Gateway tries patterns: narrow before wide, segment by segment. Negative: `one` comes first. */
export function byPrecedence(one: RoutePattern, other: RoutePattern): number {
  return (
    narrowFirst(partsOf(one.path), partsOf(other.path)) || (one.key < other.key ? -1 : Number(one.key > other.key))
  );
}

/** The same order for the segments of two paths. Paths of different lengths compete only if one has a greedy variable. */
export function narrowFirst(one: readonly string[], other: readonly string[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = breadthAt(one, index) - breadthAt(other, index);
    if (difference !== 0) return difference;
  }
  return 0;
}

function breadthAt(segments: readonly string[], index: number): number {
  const segment = segments[index];
  return segment === undefined ? -1 : breadth(segment);
}

/** Rank of a written segment: 0 a text, 1 a variable, 2 a greedy variable. */
export function breadth(segment: string): 0 | 1 | 2 {
  if (!segment.startsWith("{") || !segment.endsWith("}")) return 0;
  return segment.endsWith("+}") ? 2 : 1;
}

/**
 * Whether API Gateway matches a path. It compares case-sensitively. A variable is one non-empty segment, a greedy variable
 * is all that is left.
 */
export function matchesExactly(pattern: RoutePattern, path: string): boolean {
  const found = partsOf(path);
  for (const [index, segment] of pattern.segments.entries()) {
    const text = found[index];
    if (text === undefined || (segment.kind === "literal" ? text !== segment.text : text === "")) return false;
    if (segment.kind === "greedy") return true;
  }
  return found.length === pattern.segments.length;
}

/** The texts of a path's variables, by name; undefined if the gateway does not match the path. */
export function valuesOf(pattern: RoutePattern, path: string): Readonly<Record<string, string>> | undefined {
  if (!matchesExactly(pattern, path)) return undefined;
  const found = partsOf(path);
  const values = partsOf(pattern.path).flatMap((part, index) => {
    const end = breadth(part) === 1 ? index + 1 : undefined;
    return breadth(part) === 0 ? [] : variablesOf(part).map((name) => [name, found.slice(index, end).join("/")]);
  });
  return Object.fromEntries(values);
}
