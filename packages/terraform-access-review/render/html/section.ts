import type { ResourceChange } from "../../model/change";
import { serviceOf } from "../../types/services";
import type { Diagram } from "../diagram";
import { alike, digest } from "../digest";
import { EFFECT_WORDS } from "../effects";
import {
  accessSentence,
  attributeLine,
  changePieces,
  followsPieces,
  linkable,
  lossPieces,
  type Piece,
  TITLES,
  unchangedSentence,
} from "../pieces";
import { type AccessLine, type Group, type Place, type Report, shownLosses } from "../report";
import type { Verdict } from "../verdict";
import { breakable, html, type Markup } from "./markup";
import { svgDiagram } from "./svg";

interface Around {
  /** Index of the report in the page. */
  readonly index: number;
  /** The page's filter, if this section contains it. */
  readonly filter: Markup | undefined | false;
}

/** The report of one environment: verdict, outline, access and losses, with everything else collapsed. */
export function section(report: Report, diagram: Diagram, { index, filter }: Around): Markup {
  const { verdict, drift, driftAccess, notes, groups, follows, title } = report;
  const losses = shownLosses(report);
  const isChange = verdict.changes !== "";
  return html`<section id="report-${index}" aria-label="${title}">
<h1><span class="environment">${title}:</span> ${badges(verdict)}</h1>
${isChange && html`<ul class="digest">${digest(report).map(digestItem)}</ul>`}
${filter}
${accessTable(report, TITLES.access)}
${losses.length > 0 && html`<h2>${TITLES.losses}</h2><ul class="losses">${losses.map(lossItem)}</ul>`}
${drift.length > 0 && html`${accessTable({ access: driftAccess, usual: [] }, TITLES.drift) ?? html`<h2>${TITLES.drift}</h2>`}${drift.map(changeBlock)}`}
${notes.length > 0 && html`<h2>${TITLES.notes}</h2><ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${svgDiagram(diagram, index)}
${groups.length > 0 && html`<h2>${TITLES.changes}</h2>${groups.map(groupBlock)}`}
${follows.length > 0 && html`<h2>${TITLES.follows}</h2><ul class="follows">${follows.map((each) => html`<li>${written(followsPieces(each))}</li>`)}</ul>`}
${isChange && html`<p class="quiet">${unchangedSentence(report)}</p>`}
</section>`;
}

/** The verdict: one coloured word for each part. */
export function badges({ badges: all }: Pick<Verdict, "badges">): readonly Markup[] {
  return all.map(
    ({ words, tone }, index) =>
      html`${index > 0 && html`<span class="between"> · </span>`}<span class="mark ${tone}">${words}</span>`,
  );
}

function digestItem(line: string): Markup {
  const [, sign, words = line] = /^([+-]) (.*)$/s.exec(line) ?? [];
  if (sign === undefined) return html`<li>${breakable(line)}</li>`;
  return html`<li class="${sign === "+" ? "broadened" : "narrowed"}">${sign} <span>${breakable(words)}</span></li>`;
}

function lossItem(change: ResourceChange): Markup {
  const { cloud, service } = serviceOf(change.type);
  return html`<li data-cloud="${cloud}" data-service="${service}" data-action="${change.action}">${written(lossPieces(change))}</li>
`;
}

function groupBlock({ cloud, service, changes }: Group): Markup {
  return html`<details data-group><summary><h3>${cloud}: ${service}</h3> <span class="quiet">(${changes.length})</span></summary>
${changes.map(changeBlock)}</details>
`;
}

function changeBlock(change: ResourceChange): Markup {
  const { action, attributes, type } = change;
  const { cloud, service } = serviceOf(type);
  const lines = attributes.map(attributeLine).map(
    (line) => html`${line}
`,
  );
  return html`<div class="change ${action}" data-cloud="${cloud}" data-service="${service}" data-action="${action}"><p>${written(changePieces(change))}</p>${lines.length > 0 && html`<pre tabindex="0">${lines}</pre>`}</div>
`;
}

function written(pieces: readonly Piece[]): readonly Markup[] {
  return pieces.map((piece) =>
    typeof piece === "string" ? html`${breakable(piece)}` : html`<code>${breakable(piece.code)}</code>`,
  );
}

/** One line per change of access, its condition collapsed. Rows are cards on a narrow screen, so roles are explicit. */
function accessTable({ access, usual }: Pick<Report, "access" | "usual">, title: string): Markup | undefined {
  if (access.length === 0) return undefined;
  return html`<h2>${title}</h2>
<table role="table" class="access"><caption>What becomes possible comes first; in doubt a change counts as broader.</caption>
<thead role="rowgroup"><tr role="row">${["Access", "Change", "Cloud", "Config"].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}</tr></thead>
<tbody role="rowgroup">${alike(access).map(accessRow)}</tbody></table>
${usual.map((each) => html`<p class="quiet usual">${each}</p>`)}`;
}

function accessRow(line: AccessLine): Markup {
  const { effect, cloud, source } = line;
  return html`<tr role="row" data-cloud="${cloud}"><td role="cell"><span class="mark ${effect}">${EFFECT_WORDS[effect]}</span></td><th role="rowheader" scope="row"><span class="sentence">${breakable(accessSentence(line))}</span>${conditions(line)}</th><td role="cell">${cloud}</td><td role="cell">${source && placed(source)}</td></tr>
`;
}

function conditions({ shown }: AccessLine): Markup | undefined {
  if (shown.length === 0) return undefined;
  return html`<details><summary>condition</summary><dl>${shown.map(({ when, text }) => html`<dt>${when}</dt><dd>${breakable(text)}</dd>`)}</dl></details>`;
}

function placed({ text, url }: Place): Markup {
  const target = linkable(url);
  return target === undefined ? html`${text}` : html`<a href="${target}">${text}</a>`;
}
