import { fullSegments, type RoutePattern } from "../route-pattern";

/*
 * A route's path as regular expressions (RE2) on the raw path that Envoy receives. The rules are those of the
 * authorizer's path rule (docs/adr/0009). Whatever a regular expression cannot decide with certainty is refused.
 */

/**
 * RFC 3986's characters of a segment without `%` and `;`. Some servers decode escapes and others do not, and some drop
 * path parameters.
 */
const CHARACTERS = "\\w~!$&'()*+,:=@-";

/** A segment that is not only dots. Servers drop such a segment or go up a level. */
const SEGMENT = `\\.*[${CHARACTERS}][.${CHARACTERS}]*`;

/**
 * Matches a whole `:path`, including the query, that all servers interpret alike. The other expressions rely on this
 * one.
 */
export function plainRegex(): string {
  return `(?:/|(?:/${SEGMENT})+)(?:\\?.*)?`;
}

/** Matches a plain path as the gateway does, case-sensitively. */
export function exactRegex({ segments }: RoutePattern): string {
  const parts = segments.map((segment) => {
    if (segment.kind === "literal") return `/${quoted(segment.text)}`;
    return segment.kind === "variable" ? "/[^/]+" : "/.+";
  });
  return parts.join("");
}

/**
 * Matches as the most lenient web framework might: in any case, with dots around a segment, and with an extension on
 * the last one. It matches a whole `:path`, so a query may follow. `below` also matches paths below it, for frameworks
 * that mount handlers.
 */
export function looseRegex(pattern: RoutePattern, below: boolean): string {
  const full = fullSegments(pattern);
  const parts = full.map((segment, index) => {
    if (segment.kind === "variable") return "/[^/?]*";
    const beforeGreedy = full[index + 1]?.kind === "greedy";
    // After a literal, the text that follows marks its end: a greedy variable may be empty.
    if (segment.kind === "greedy") return full[index - 1]?.kind === "literal" ? "" : "(?:/[^?]*)?";
    const name = `/\\.*(?i:${quoted(folded(segment.text))})`;
    if (beforeGreedy) return `${name}(?:\\.[^/?]*|\\.*/[^?]*)?`;
    return `${name}${index === full.length - 1 ? EXTENSION : "\\.*"}`;
  });
  const isGreedy = full.at(-1)?.kind === "greedy";
  return `${parts.join("")}${below && !isGreedy ? "(?:/[^?]*)?" : ""}`;
}

const EXTENSION = "(?:\\.[^/?]*)?";

/**
 * Whether a path that `path` matches exactly could also match `other` leniently, as in `looseRegex`. False for most
 * pairs, which then need no rule.
 */
export function couldClaim(other: RoutePattern, path: RoutePattern, below: boolean): boolean {
  const endless = path.segments.at(-1)?.kind === "greedy";
  for (const [index, segment] of other.segments.entries()) {
    if (segment.kind === "greedy") return true;
    const counterpart = path.segments[index] ?? (endless ? path.segments.at(-1) : undefined);
    if (counterpart === undefined) return false;
    if (segment.kind !== "literal" || counterpart.kind !== "literal") continue;
    const isLast = index === other.segments.length - 1 || other.segments[index + 1]?.kind === "greedy";
    const [wanted, found] = [folded(segment.text), folded(counterpart.text)];
    if (found !== wanted && !(isLast && found.startsWith(`${wanted}.`))) return false;
  }
  return below || endless || other.segments.length === path.segments.length;
}

function folded(text: string): string {
  return text.toLowerCase().replace(/^\.+|\.+$/g, "");
}

function quoted(text: string): string {
  return text.replace(/[^\w/-]/g, "\\$&");
}
