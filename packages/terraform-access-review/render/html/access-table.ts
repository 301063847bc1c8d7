import type { AccessLine, Place, Report } from "../../report/report";
import { accessSentence, EFFECT_WORDS, linkable, TITLES } from "../pieces";
import { breakable, html, type Markup } from "./markup";

/** One line for each change of access, its condition folded. Rows are cards on a narrow screen, so roles are written out. */
export function accessTable({ access, usual }: Report): Markup | undefined {
  if (access.length === 0) return undefined;
  return html`<h2>${TITLES.access}</h2>
<table role="table" class="access"><caption>What becomes possible comes first; in doubt a change counts as broader.</caption>
<thead role="rowgroup"><tr role="row">${["Access", "Change", "Cloud", "Config"].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}</tr></thead>
<tbody role="rowgroup">${access.map(accessRow)}</tbody></table>
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
