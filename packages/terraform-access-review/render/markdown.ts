import type { ResourceChange } from "../change/model";
import { digest } from "../report/digest";
import type { AccessLine, Group, Report } from "../report/report";
import { attributeLine, changeWords, MOST_OF_A_WHOLE, visible } from "./lines";

/** What GitHub takes as one comment, in characters: https://docs.github.com/en/rest/issues/comments */
export const MOST_CHARACTERS = 65_536;

export interface MarkdownOptions {
  /** Where the whole report is, for a reader of a shortened one. */
  readonly whole: string;
  /** Mermaid source of the picture; none where it is empty. */
  readonly diagram?: string;
  /** Default: what GitHub takes. */
  readonly most?: number;
}

/**
 * The report as comments of a pull request: one, unless verdict, access and losses alone fill more. Details are dropped
 * from the bottom, and the comment says which and where they are.
 */
export function markdownReport(report: Report, options: MarkdownOptions): readonly string[] {
  const most = options.most ?? MOST_CHARACTERS;
  const short = digest(report).map((line) => `${text(line)}  `);
  const head = [
    `### ${text(report.verdict.line)}`,
    "",
    ...short,
    "",
    ...accessTable(report),
    ...losses(report),
    ...drift(report),
  ];
  const notes = report.notes.length > 0 ? ["", ...report.notes.map((note) => `- ${text(note)}`)] : [];
  const diagram = options.diagram ? ["", "```mermaid", options.diagram.trimEnd(), "```"] : [];
  const tail = report.verdict.line.endsWith("no change")
    ? []
    : ["", ...follows(report), `${report.unchanged} unchanged.`];
  const optional = [diagram, ...report.groups.map((group) => ["", ...groupBlock(group)])];
  for (let kept = optional.length; kept >= 0; kept -= 1) {
    const dropped =
      kept === optional.length ? [] : ["", droppedLine(report.groups.slice(Math.max(0, kept - 1)), options)];
    const comment = lines([head, notes, ...optional.slice(0, kept), dropped, tail]);
    if (comment.length <= most) return [comment];
  }
  return split(lines([head, notes, tail]), most, text(report.verdict.line));
}

function accessTable({ access }: Report): readonly string[] {
  if (access.length === 0) return ["Access: unchanged."];
  const rows = access.map(accessRow);
  return ["| | who may what | before | now | cloud | config |", "|---|---|---|---|---|---|", ...rows];
}

function accessRow({ effect, sentence, before, after, cloud, source }: AccessLine): string {
  const sign = effect === "broadened" ? "➕ broader" : "➖ narrower";
  const cells = [
    sign,
    text(sentence),
    text(before ?? ""),
    text(after ?? ""),
    cloud,
    source === undefined ? "" : text(source),
  ];
  return `| ${cells.join(" | ")} |`;
}

function losses({ losses: gone }: Report): readonly string[] {
  if (gone.length === 0) return [];
  const items = gone.map((change) => {
    const lost = change.loss === undefined ? "" : ` **Lost: ${text(change.loss)}.**`;
    return `- ${change.loss === undefined ? "" : "⚠️ "}${code(change.address)}: ${text(changeWords(change))}.${lost}`;
  });
  return ["", "**Destroyed and replaced**", "", ...items];
}

function drift({ drift: drifted }: Report): readonly string[] {
  if (drifted.length === 0) return [];
  const items = drifted.map((change) => {
    const attributes = change.attributes.map((each) => code(attributeLine(each)));
    return `- ${code(change.address)}: ${[text(changeWords(change)), ...attributes].join(", ")}`;
  });
  return ["", "**Drifted: changed by somebody else since the last apply**", "", ...items];
}

function groupBlock({ cloud, service, changes }: Group): readonly string[] {
  const title = `${cloud}: ${service} (${changes.length})`;
  return [`<details><summary>${text(title)}</summary>`, "", ...changes.flatMap(changeBlock), "</details>"];
}

function changeBlock(change: ResourceChange): readonly string[] {
  const { attributes, action } = change;
  const shown = action === "changed" ? attributes : attributes.slice(0, MOST_OF_A_WHOLE);
  const more = attributes.length - shown.length;
  const body = [...shown.map(attributeLine), ...(more > 0 ? [`and ${more} more attributes`] : [])].map(entities);
  const block = body.length === 0 ? [] : ["", "<pre>", ...body, "</pre>", ""];
  return [`${code(change.address)}: ${text(changeWords(change))}`, ...block, ""];
}

function follows({ follows: found }: Report): readonly string[] {
  return found.map(({ cause, addresses }) => `${addresses.map(code).join(", ")}: ${text(cause)}.  `);
}

function droppedLine(groups: readonly Group[], { whole }: MarkdownOptions): string {
  const names = groups.map(({ service, changes }) => `${service} (${changes.length})`).join(", ");
  return `_Left out here for GitHub's limit: ${text(names)}. The whole report: ${text(whole)}_`;
}

function lines(parts: readonly (readonly string[])[]): string {
  return `${parts.flat().join("\n")}\n`;
}

/** Comments one after the other, cut between lines; each says which it is. */
function split(whole: string, most: number, verdict: string): readonly string[] {
  const parts: string[][] = [[]];
  let size = 0;
  const room = most - verdict.length - 40;
  for (const line of whole.split("\n")) {
    if (size + line.length + 1 > room) {
      // A table goes on under its head.
      parts.push(
        line.startsWith("| ")
          ? ["| | who may what | before | now | cloud | config |", "|---|---|---|---|---|---|"]
          : [],
      );
      size = 120;
    }
    parts.at(-1)?.push(line);
    size += line.length + 1;
  }
  return parts.map((part, index) =>
    index === 0 ? part.join("\n") : [`### ${verdict} (${index + 1} of ${parts.length})`, "", ...part].join("\n"),
  );
}

/** Everything with a meaning in Markdown, HTML or on GitHub, as an entity: none of it is a sign any more. */
function entities(value: string): string {
  return visible(value).replace(/[^\p{L}\p{N} .,/;=?%→…]/gu, (sign) =>
    sign === "-" ? sign : `&#${sign.codePointAt(0)};`,
  );
}

/** Untrusted text in a sentence: no markup, no link, and no mention of an account. */
export function text(value: string): string {
  return entities(value)
    .replaceAll("&#64;", "&#64;&#8203;")
    .replaceAll("&#58;//", "&#58;&#8203;//")
    .replaceAll("www.", "www&#8203;.");
}

function code(value: string): string {
  return `<code>${entities(value)}</code>`;
}
