import type { Effect, ResourceChange } from "../model/change";
import { alike, digest } from "./digest";
import {
  accessSentence,
  attributeLine,
  changePieces,
  followsPieces,
  linkable,
  lossPieces,
  MOST_ATTRIBUTES,
  type Piece,
  TITLES,
  unchangedSentence,
} from "./pieces";
import { type AccessLine, type Badge, type Group, type Place, type Report, shownLosses } from "./report";
import { EFFECT_WORDS, visible } from "./words";

/** Maximum length of a GitHub comment, in characters: https://docs.github.com/en/rest/issues/comments */
export const MOST_CHARACTERS = 65_536;

export interface MarkdownOptions {
  /** The place of the whole report, for readers of a shortened one. */
  readonly whole: string;
  /** The list of all grants, in a place that a browser can show. */
  readonly ledger?: Place;
  /** Mermaid source of the picture; undefined if the picture is empty. */
  readonly diagram?: string;
  /** Maximum length of a comment, in characters. Default: `MOST_CHARACTERS`. */
  readonly most?: number;
}

/**
 * The report as comments of a pull request: one, unless verdict, access and losses alone need more. Details are dropped
 * from the bottom, and the comment states which ones and where to find them.
 */
export function markdownReport(report: Report, options: MarkdownOptions): readonly string[] {
  const most = options.most ?? MOST_CHARACTERS;
  const head: readonly Block[] = [
    plain([
      `### ${heading(report)}`,
      "",
      // A hyphen would start a nested list.
      ...digest(report).map((line) => `- ${text(line).replace(/^- /, "&#45; ")}`),
      "",
      ...accessList(report),
    ]),
    ...conditions(report),
    plain(losses(report)),
    plain(drift(report)),
  ];
  const notes = plain(
    section(
      TITLES.notes,
      report.notes.map((note) => `- ${text(note)}`),
    ),
  );
  const diagram = options.diagram ? ["", "```mermaid", options.diagram.trimEnd(), "```"] : [];
  const all = options.ledger === undefined ? "" : ` All grants: ${placed(options.ledger)}.`;
  const tail = plain(
    report.verdict.changes === "" ? [] : ["", ...follows(report), `${unchangedSentence(report)}${all}`],
  );
  const optional = [diagram, ...report.groups.map((group) => ["", ...groupBlock(group)])].map(plain);
  for (let kept = optional.length; kept >= 0; kept -= 1) {
    const dropped =
      kept === optional.length ? [] : ["", droppedLine(report.groups.slice(Math.max(0, kept - 1)), options)];
    const comment = joined([...head, notes, ...optional.slice(0, kept), plain(dropped), tail]);
    if (comment.length <= most) return [comment];
  }
  return split([...head, notes, tail], most, heading(report));
}

/** Colours of the verdict. The word next to each has the same meaning, for readers who do not see colours. */
const SIGNS: Readonly<Record<Badge["tone"], string>> = {
  broadened: "🔴",
  unjudged: "🟡",
  narrowed: "🟢",
  unchanged: "⚪",
  risk: "⚠️",
  drift: "🟠",
};

function heading({ title, verdict: { badges } }: Report): string {
  return `${text(title)}: ${badges.map(({ words, tone }) => `${SIGNS[tone]} ${text(words)}`).join(" · ")}`;
}

/** One line for each change. */
function accessList({ access }: Report): readonly string[] {
  if (access.length === 0) return ["Access: unchanged."];
  return [`**${TITLES.access}**`, "", ...alike(access).map(accessItem)];
}

const ITEMS: Readonly<Record<Effect, string>> = { broadened: "➕", unjudged: "❔", narrowed: "➖", neither: "▫️" };

function accessItem(line: AccessLine): string {
  const sign = ITEMS[line.effect];
  const place = line.source === undefined ? "" : ` (${placed(line.source)})`;
  return `- ${sign} ${EFFECT_WORDS[line.effect]}: ${text(accessSentence(line))}${place}`;
}

function placed({ text: place, url }: Place): string {
  const target = linkable(url);
  return target === undefined ? text(place) : `[${text(place)}](${target})`;
}

/** The conditions of all lines, collapsed. The part that most of them share is stated once. */
function conditions({ access, usual }: Report): readonly Block[] {
  const shown = alike(access).filter(({ shown: each }) => each.length > 0);
  if (shown.length + usual.length === 0) return [];
  const condition = (line: AccessLine, wanted: string) =>
    text(line.shown.find(({ when }) => when === wanted)?.text ?? "");
  const rows = shown.map(
    (line) =>
      `| ${text(line.sentence)} | ${condition(line, "before")} | ${condition(line, "now")} | ${text(line.cloud)} |`,
  );
  const title = [
    "",
    `<details><summary>${TITLES.conditions}</summary>`,
    "",
    ...usual.flatMap((each) => [text(each), ""]),
  ];
  const table = shown.length === 0 ? [] : ["| change | before | now | cloud |", "|---|---|---|---|"];
  return [{ open: [...title, ...table], lines: rows, close: ["", "</details>"] }];
}

function losses(report: Report): readonly string[] {
  const items = shownLosses(report).map(
    (change) => `- ${change.loss === undefined ? "" : "⚠️ "}${written(lossPieces(change))}`,
  );
  return section(TITLES.losses, items);
}

function drift({ drift: drifted, driftAccess }: Report): readonly string[] {
  const items = drifted.map((change) => {
    const attributes = change.attributes.map((each) => code(attributeLine(each)));
    return `- ${[written(changePieces(change)), ...attributes].join(", ")}`;
  });
  return section(TITLES.drift, [...alike(driftAccess).map(accessItem), ...items]);
}

function section(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ["", `**${title}**`, "", ...items];
}

function groupBlock({ cloud, service, changes }: Group): readonly string[] {
  const title = `${cloud}: ${service} (${changes.length})`;
  return [`<details><summary>${text(title)}</summary>`, "", ...changes.flatMap(changeBlock), "</details>"];
}

function changeBlock(change: ResourceChange): readonly string[] {
  const { attributes, action } = change;
  const shown = action === "changed" ? attributes : attributes.slice(0, MOST_ATTRIBUTES);
  const more = attributes.length - shown.length;
  const body = [...shown.map(attributeLine), ...(more > 0 ? [`and ${more} more attributes`] : [])].map(entities);
  const block = body.length === 0 ? [] : ["", "<pre>", ...body, "</pre>", ""];
  return [written(changePieces(change)), ...block, ""];
}

function follows({ follows: found }: Report): readonly string[] {
  return found.map((each) => `${written(followsPieces(each))}.  `);
}

function written(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? text(piece) : code(piece.code))).join("");
}

function droppedLine(groups: readonly Group[], { whole }: MarkdownOptions): string {
  const names = groups.map(({ service, changes }) => `${service} (${changes.length})`).join(", ");
  return `_Left out here for GitHub's limit: ${text(names)}. The whole report: ${text(whole)}_`;
}

/** Replaces each character with a meaning in Markdown, in HTML or on GitHub by an entity. */
function entities(value: string): string {
  return visible(value).replace(/[^\p{L}\p{N} .,/;=?%→…]/gu, (sign) =>
    sign === "-" ? sign : `&#${sign.codePointAt(0)};`,
  );
}

/** A zero-width space. GitHub resolves entities before it looks for links. */
const BREAK = "&#8203;";

/** What GitHub links after this: an account or a team, an issue (`#12`, `GH-12`), an address. */
const BEFORE_LINKS = /&#(64|35);|(?<![A-Za-z0-9])GH-(?=\d)|&#58;(?=\/\/)|www(?=\.)/gi;

/** What GitHub links as a commit: at least seven digits of its hash. */
const HASH = /(?<![A-Za-z0-9])[0-9a-f]{7,40}(?![A-Za-z0-9])/gi;

/** An AWS account or a Google project. People copy it, and no commit can be made to have it in its hash. */
const ACCOUNT = /^\d{12}$/;

/** Untrusted text in a sentence: no markup, no link, and no mention of an account, an issue or a commit. */
function text(value: string): string {
  return entities(value)
    .replace(BEFORE_LINKS, `$&${BREAK}`)
    .replace(HASH, (hash) => (ACCOUNT.test(hash) ? hash : (hash.match(/.{1,6}/g) ?? []).join(BREAK)));
}

function code(value: string): string {
  return `<code>${entities(value)}</code>`;
}

/** Lines of a comment that may be continued in the next one. */
interface Block {
  /** Lines that each comment with a part of the block needs before that part. */
  readonly open: readonly string[];
  readonly lines: readonly string[];
  /** Lines that each comment needs after that part. */
  readonly close: readonly string[];
}

function plain(lines: readonly string[]): Block {
  return { open: [], lines, close: [] };
}

function joined(blocks: readonly Block[]): string {
  return `${blocks.flatMap(({ open, lines, close }) => [...open, ...lines, ...close]).join("\n")}\n`;
}

/** Splits blocks into numbered comments, between lines. No comment is longer than `most` characters. */
function split(blocks: readonly Block[], most: number, heading: string): readonly string[] {
  const parts: string[][] = [[]];
  const room = most - heading.length - 40;
  let size = 0;
  const put = (lines: readonly string[]) => {
    parts.at(-1)?.push(...lines);
    size += sizeOf(lines);
  };
  for (const { open, lines, close } of blocks) {
    put(open);
    for (const line of lines) {
      if (size + line.length + 1 + sizeOf(close) > room) {
        put(close);
        parts.push([]);
        size = 0;
        put(open);
      }
      put([line]);
    }
    put(close);
  }
  return parts.map((part, index) =>
    index === 0
      ? `${part.join("\n")}\n`
      : [`### ${heading} (${index + 1} of ${parts.length})`, "", ...part, ""].join("\n"),
  );
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
