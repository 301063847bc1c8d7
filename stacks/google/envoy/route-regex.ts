import { fullSegments, type RoutePattern } from "../../../contract/route-pattern";

/*
 * A route's path as regular expressions (RE2) over what Envoy sees, which is the path as it came over the wire. The rules
 * are those of the authorizer's path rule (docs/adr/0009); what a regular expression cannot tell for certain is refused.
 */

/**
 * RFC 3986's characters of a segment without `%` and `;`: an escape is decoded by some server and not by others, and a
 * path parameter vanishes in some.
 */
const CHARACTERS = "\\w~!$&'()*+,:=@-";

/** Not of dots alone: such a segment vanishes or climbs. */
const SEGMENT = `\\.*[${CHARACTERS}][.${CHARACTERS}]*`;

/** A whole `:path`, query included, that every server reads alike, and that the other expressions may rely on. */
export function plainRegex(): string {
  return `(?:/|(?:/${SEGMENT})+)(?:\\?.*)?`;
}

/** A plain path as the gateway matches it, case and all. */
export function exactRegex({ segments }: RoutePattern): string {
  const parts = segments.map((segment) => {
    if (segment.kind === "literal") return `/${quoted(segment.text)}`;
    return segment.kind === "variable" ? "/[^/]+" : "/.+";
  });
  return parts.join("");
}

/**
 * As the most lenient web framework might match: whatever the case, dots around a segment, with an extension on the last
 * one. Of a whole `:path`, so that a query may follow. `below` adds what lies below it, for frameworks that mount handlers.
 */
export function looseRegex(pattern: RoutePattern, below: boolean): string {
  const full = fullSegments(pattern);
  const parts = full.map((segment, index) => {
    if (segment.kind === "variable") return "/[^/?]*";
    const beforeGreedy = full[index + 1]?.kind === "greedy";
    // What follows a literal says where it ends: a greedy variable may be empty.
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
 * Whether some path that `path` matches exactly could be read as `other`'s, as `looseRegex` reads. False for most pairs:
 * they need no rule.
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
