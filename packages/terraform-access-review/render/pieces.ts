import type { Effect, ResourceChange } from "../model/change";
import type { AccessLine, Report } from "../report/report";
import { changeWords } from "./lines";

/** A part of a sentence: words, or what is set as code. Each format escapes both by itself. */
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

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = { broadened: "broader", narrowed: "narrower" };

/** Parts of a changed condition that a sentence names before it counts the rest. */
const MOST_PARTS = 3;

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

/** An address that a report may link to: nothing in it ends an attribute, a bracket or a line. */
export function linkable(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\/[\w.-]+(:\d+)?\/[\w./~%-]*(#L\d+)?$/.test(url) ? url : undefined;
}
