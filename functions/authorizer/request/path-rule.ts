import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { type BoundSegment, boundSegments, isOwnSegment } from "../../../contract/route-access";
import {
  isLessSpecific,
  matchesExactly,
  namesPartOf,
  patternOfKey,
  type RoutePattern,
} from "../../../contract/route-pattern";
import { type Caller, forbidden } from "./outcome";
import { type LoosePattern, loosePattern, looseSegments, matchesLoosely, matchesLooselyAbove } from "./path-match";

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
