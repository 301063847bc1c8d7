import type { AttributeChange } from "../model/attribute-change";
import type { ResourceChange } from "../model/change";
import { MOST_PARTS } from "./condition-change";
import { reasonWords } from "./note";
import type { AccessLine, Report } from "./report";
import { shortValue } from "./words";

/** A part of a sentence: words, or code. Each format escapes both itself. */
export type Piece = string | { readonly code: string };

/** Headings of the parts of a report, in every format. */
export const TITLES = {
  access: "Access",
  conditions: "Conditions before and now",
  losses: "Destroyed and replaced",
  drift: "Drift: changed outside Terraform since the last apply",
  notes: "Notes",
  changes: "Changes by service",
  follows: "Follows from the changes above",
} as const;

/** `customers/web may call GET /orders with a less strict condition (cache TTL in seconds: 60 → 300)` */
export function accessSentence({ sentence, parts }: Pick<AccessLine, "sentence" | "parts">): string {
  if (parts.length === 0) return sentence;
  const more = parts.length - MOST_PARTS;
  return `${sentence} (${parts.slice(0, MOST_PARTS).join("; ")}${more > 0 ? `; and ${more} more` : ""})`;
}

export function lossPieces(change: ResourceChange): readonly Piece[] {
  const lost = change.loss === undefined ? "" : `. Lost: ${change.loss}`;
  return [{ code: change.address }, `: ${changeWords(change)}${lost}.`];
}

export function changePieces(change: ResourceChange): readonly Piece[] {
  return [{ code: change.address }, `: ${changeWords(change)}`];
}

export function followsPieces({ cause, addresses }: Report["follows"][number]): readonly Piece[] {
  const codes = addresses.flatMap((code, index): readonly Piece[] => (index === 0 ? [{ code }] : [", ", { code }]));
  return [...codes, `: ${cause}`];
}

export function unchangedSentence({ unchanged }: Report): string {
  return `${unchanged} unchanged.`;
}

export function plainText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : piece.code)).join("");
}

/** A URL that a report may link to: no character in it ends an attribute, a bracket or a line. */
export function linkable(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\/[\w.-]+(:\d+)?\/[\w./~%-]*(#L\d+)?$/.test(url) ? url : undefined;
}

/** One changed attribute, as `path: before → after`. */
export function attributeLine({ path, kind, before, after }: AttributeChange): string {
  if (kind === "hidden") return `${path}: changed (hidden)`;
  if (kind === "unknown") {
    const from = after === undefined ? "" : ` (${shortValue(after)})`;
    return `${path}: ${before === undefined ? "" : `${shortValue(before)} → `}known after apply${from}`;
  }
  if (kind === "added") return `${path}: + ${shortValue(after)}`;
  if (kind === "removed") return `${path}: - ${shortValue(before)}`;
  return `${path}: ${shortValue(before)} → ${shortValue(after)}`;
}

/** Number of attributes that an addition or a removal shows, because the resource itself matters most. */
export const MOST_ATTRIBUTES = 12;

/** What happens to a resource, without its attributes: `replaced: it cannot change region in place`. */
export function changeWords({ action, forcedBy, importedAs, movedFrom, reason }: ResourceChange): string {
  return [
    action === "replaced" && forcedBy.length > 0
      ? `replaced, because ${forcedBy.join(", ")} cannot change in place`
      : action,
    ...(movedFrom === undefined ? [] : [`was ${movedFrom}`]),
    ...(importedAs === undefined ? [] : [`exists as ${importedAs}`]),
    ...(reason === undefined ? [] : [reasonWords(reason)]),
  ].join("; ");
}
