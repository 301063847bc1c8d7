import { createHash } from "node:crypto";
import type { ResourceChange } from "../../change/model";
import type { Diagram } from "../../report/diagram";
import { digest } from "../../report/digest";
import type { AccessLine, Group, Report } from "../../report/report";
import { serviceOf } from "../../report/services";
import { attributeLine, changeWords } from "../lines";
import { html, Markup } from "./markup";
import { STYLE } from "./style";
import { svgDiagram } from "./svg";

/** Reports of several environments as one file that asks the network for nothing. */
export function htmlReport(reports: readonly { readonly report: Report; readonly diagram: Diagram }[]): string {
  const title = reports.map(({ report }) => report.verdict.line).join(" | ");
  const policy = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${filterForm(reports.flatMap(({ report }) => report.groups))}
${reports.map(({ report, diagram }, index) => section(report, diagram, index))}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>`.text
  }\n`;
}

/** The policy names the only style and the only script that may be here. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function filterForm(groups: readonly Group[]): Markup | undefined {
  if (groups.length === 0) return undefined;
  const options = (values: readonly string[]) =>
    [...new Set(values)].sort().map((value) => html`<option>${value}</option>`);
  const field = (name: string, values: readonly string[]) =>
    html`<label>${name} <select id="${name}"><option value="">all</option>${options(values)}</select></label> `;
  const changes = groups.flatMap((group) => group.changes);
  return html`<form id="filter" hidden aria-label="Show only">${field(
    "cloud",
    groups.map(({ cloud }) => cloud),
  )}${field(
    "service",
    groups.map(({ service }) => service),
  )}${field(
    "action",
    changes.map(({ action }) => action),
  )}</form>`;
}

function section(report: Report, diagram: Diagram, index: number): Markup {
  const { verdict, access, losses, drift, notes, groups, follows, unchanged } = report;
  const nothing = verdict.line.endsWith("no change");
  const level = index === 0 ? html`<h1>${verdict.line}</h1>` : html`<hr><h1>${verdict.line}</h1>`;
  return html`<section aria-label="${report.environment}">
${level}
${!nothing && html`<ul class="digest">${digest(report).map((line) => html`<li>${line}</li>`)}</ul>`}
${svgDiagram(diagram, index)}
${access.length > 0 && html`<h2>Access</h2>${accessTable(report.environment, access)}`}
${losses.length > 0 && html`<h2>Destroyed and replaced</h2><ul class="losses">${losses.map(lossItem)}</ul>`}
${drift.length > 0 && html`<h2>Drifted: changed by somebody else since the last apply</h2>${drift.map(changeBlock)}`}
${notes.length > 0 && html`<h2>To know</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${groups.length > 0 && html`<h2>Changes</h2>${groups.map(groupBlock)}`}
${follows.length > 0 && html`<h2>Follows from the above</h2><ul>${follows.map(({ cause, addresses }) => html`<li>${addresses.map((address) => html`<code>${address}</code> `)}: ${cause}</li>`)}</ul>`}
${!nothing && html`<p class="quiet">${unchanged} unchanged.</p>`}
</section>`;
}

function accessTable(environment: string, lines: readonly AccessLine[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Access gained and lost: ${environment}"><table>
<caption>What becomes possible comes first; in doubt a change counts as broader.</caption>
<thead><tr><th scope="col">Access</th><th scope="col">Who may what</th><th scope="col">Before</th><th scope="col">Now</th><th scope="col">Cloud</th><th scope="col">Config</th></tr></thead>
<tbody>${lines.map(accessRow)}</tbody></table></div>`;
}

function accessRow({ effect, sentence, before, after, cloud, source }: AccessLine): Markup {
  const words = effect === "broadened" ? "broader" : "narrower";
  return html`<tr data-cloud="${cloud}"><td class="${effect}"><b>${words}</b></td><th scope="row">${sentence}</th><td>${before ?? ""}</td><td>${after ?? ""}</td><td>${cloud}</td><td>${source ?? ""}</td></tr>
`;
}

function lossItem(change: ResourceChange): Markup {
  const { cloud, service } = serviceOf(change.type);
  return html`<li data-cloud="${cloud}" data-service="${service}" data-action="${change.action}"><b class="${change.action}">${changeWords(change)}</b>: <code>${change.address}</code>${change.loss !== undefined && html`. Lost: ${change.loss}`}</li>
`;
}

function groupBlock({ cloud, service, changes }: Group): Markup {
  return html`<details data-group><summary><h3>${cloud}: ${service}</h3> <span class="quiet">${changes.length}</span></summary>
${changes.map(changeBlock)}</details>
`;
}

function changeBlock(change: ResourceChange): Markup {
  const { address, action, attributes, type } = change;
  const { cloud, service } = serviceOf(type);
  const lines = attributes.map(attributeLine).map(
    (line) => html`${line}
`,
  );
  return html`<div data-cloud="${cloud}" data-service="${service}" data-action="${action}"><p><code>${address}</code>: <b class="${action}">${changeWords(change)}</b></p>${lines.length > 0 && html`<pre tabindex="0">${lines}</pre>`}</div>
`;
}

/** Script of the report: hides what the filter leaves out, and opens everything for paper. Without it everything is there. */
const SCRIPT = `
const filter = document.getElementById("filter");
const chosen = (name) => document.getElementById(name).value;
function show() {
  for (const item of document.querySelectorAll("[data-cloud]")) {
    item.hidden = ["cloud", "service", "action"].some((name) => chosen(name) !== "" && item.dataset[name] !== undefined && item.dataset[name] !== chosen(name));
  }
  for (const group of document.querySelectorAll("[data-group]")) {
    group.hidden = group.querySelectorAll("[data-cloud]:not([hidden])").length === 0;
  }
}
if (filter) {
  filter.hidden = false;
  filter.addEventListener("change", show);
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
`.trim();
