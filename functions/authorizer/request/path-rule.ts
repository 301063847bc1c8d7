import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { type BoundSegment, boundSegments, isOwnSegment } from "../../../contract/route-access";
import {
  fullSegments,
  isLessSpecific,
  matchesExactly,
  namesPartOf,
  patternOfKey,
  type RoutePattern,
} from "../../../contract/route-pattern";
import { type Caller, forbidden } from "./outcome";

/**
 * Anything that a server between here and the service's own router may read differently. These are escapes (the path is
 * already decoded), path parameters, the end of a path, other separators, invisible and undecodable characters, and
 * those that this Node's Unicode does not know yet. Segments of only dots or spaces also count: they vanish, or refer
 * to a parent.
 */
const TREACHEROUS =
  /[%\\;?#\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffd]|\/\/|\/[\s.]+(?:\/|$)/u;

/** The path rule of one route, prepared once. */
export interface PathRule {
  readonly hasVariable: boolean;
  readonly pattern: RoutePattern;
  /**
   * Other routes' patterns that no path may match, not even loosely: they are more specific, or not clearly less
   * specific.
   */
  readonly rivals: readonly LoosePattern[];
  /**
   * The rivals that lie within this route: no path may be below them either. If a framework mounts `/files/admin`, that
   * handler also gets `/files/admin/users`, which the gateway matches as `/files/{path+}`.
   */
  readonly mounts: readonly LoosePattern[];
  /** Segments that must be the caller's own. */
  readonly bound: readonly BoundSegment[];
}

/**
 * One Google identity opens a whole service, so the service must see exactly the route that was authorized. Rivals are
 * all routes of the service, of any method, because frameworks may dispatch a path that matches two routes to either
 * one.
 */
export function pathRules(policy: AuthorizerPolicy): ReadonlyMap<string, PathRule> {
  const routes = Object.entries(policy.routes).map(([key, { service, access }]) => ({
    key,
    service,
    pattern: patternOfKey(key),
    bound: access === "public" ? [] : boundSegments(key, access.where),
  }));
  const rules = new Map<string, PathRule>();
  for (const { key, service, pattern, bound } of routes) {
    const rivals = new Map<string, RoutePattern>();
    for (const other of routes) {
      if (other.service !== service || other.pattern.key === pattern.key) continue;
      if (!isLessSpecific(other.pattern, pattern)) rivals.set(other.pattern.key, other.pattern);
    }
    const all = [...rivals.values()];
    const mounts = all.filter((rival) => namesPartOf(rival, pattern)).map(loosePattern);
    rules.set(key, { hasVariable: pattern.hasVariable, pattern, rivals: all.map(loosePattern), mounts, bound });
  }
  return rules;
}

/** Whether each part of the path that the route compares is the caller's own. The path has passed `requireOwnPath`. */
export function isCallersPath({ bound }: PathRule, path: string, { pathClaims }: Caller): boolean {
  const segments = path.split("/");
  return bound.every((each) => isOwnSegment(each, pathClaims?.[each.claim], segments[each.segment]));
}

/** For routes with a variable: refuses a path that could reach a route other than the authorized one. */
export function requireOwnPath(rule: PathRule, path: string): void {
  // Checked twice: a server that normalizes turns full-width `/`, `.` and `%` into the plain characters.
  const compatible = path.normalize("NFKC");
  if (
    [path, compatible].some((text) => TREACHEROUS.test(text) || [...text].some(changesWithCase)) ||
    path !== path.normalize("NFC") ||
    path.split("/").length !== compatible.split("/").length
  ) {
    throw forbidden("path-character");
  }
  if (!matchesExactly(rule.pattern, path)) throw forbidden("path-mismatch");
  const segments = looseSegments(path);
  // In a server whose pattern is `[^/]*`, a path that ends in a slash also matches an empty variable after it.
  const readings = path.endsWith("/") ? [segments, [...segments, ""]] : [segments];
  const claimed =
    readings.some((reading) => rule.rivals.some((rival) => matchesLoosely(rival, reading))) ||
    rule.mounts.some((mount) => matchesLooselyAbove(mount, segments));
  if (claimed) throw forbidden("path-ambiguous");
}

/**
 * Whether lower and upper case do not map to each other (`ß`, `ẞ`, `ı`, `İ`, `ſ`, the Kelvin sign). Languages compare
 * such characters differently, and some fold them into plain letters.
 */
function changesWithCase(character: string): boolean {
  const [small, capital] = [character.toLowerCase(), character.toUpperCase()];
  return small !== capital.toLowerCase() || capital !== small.toUpperCase();
}

/** A pattern in the form that `matchesLoosely` expects: a folded literal, or a variable's kind. */
type LoosePattern = readonly ({ readonly folded: string } | "variable" | "greedy")[];

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
