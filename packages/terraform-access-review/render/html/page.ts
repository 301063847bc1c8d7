import { sha256 } from "../../terraform-json/sha256";
import type { Diagram } from "../diagram";
import type { Group, Report } from "../report";
import { html, Markup } from "./markup";
import { badges, section } from "./section";

/** Reports of several environments as one file that loads nothing from the network. */
export function htmlReport(reports: readonly { readonly report: Report; readonly diagram: Diagram }[]): string {
  const title = reports.map(({ report }) => report.verdict.line).join(" | ");
  const policy = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const filter = filterForm(reports.flatMap(({ report }) => report.groups));
  const isOne = reports.length === 1;
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
${!isOne && overview(reports.map(({ report }) => report))}
${!isOne && filter}
${reports.map(({ report, diagram }, index) => section(report, diagram, { index, filter: isOne && filter }))}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>`.text
  }\n`;
}

/** The hash for the page's content security policy, which allows only this style and this script. */
function hashOf(text: string): string {
  return `'sha256-${sha256(text, "base64")}'`;
}

/** Every verdict of a page, each with a link to its report. */
function overview(reports: readonly Report[]): Markup {
  return html`<nav aria-label="Environments"><ul class="verdicts">${reports.map(
    ({ title, verdict }, index) =>
      html`<li><a href="#report-${index}">${title}</a> ${badges(verdict)} <span class="quiet">${verdict.changes}</span></li>`,
  )}</ul></nav>`;
}

/** The page's filter by cloud, service and action. The script shows the form. Without it, the page shows everything. */
function filterForm(groups: readonly Group[]): Markup | undefined {
  if (groups.length === 0) return undefined;
  const options = (values: readonly string[]) =>
    [...new Set(values)].sort().map((value) => html`<option>${value}</option>`);
  const field = (name: string, values: readonly string[]) =>
    html`<label>${name} <select id="${name}"><option value="">all</option>${options(values)}</select></label> `;
  const [clouds, services] = [groups.map(({ cloud }) => cloud), groups.map(({ service }) => service)];
  const actions = groups.flatMap(({ changes }) => changes.map(({ action }) => action));
  const fields = [field("cloud", clouds), field("service", services), field("action", actions)];
  return html`<form id="filter" hidden aria-label="Show only">${fields}</form>`;
}

/** Style of the report: readable on a light and a dark background, on a phone and on paper. */
const STYLE = `
:root{color-scheme:light dark;--ground:light-dark(#fff,#14171c);--card:light-dark(#f6f7f9,#1c2027);--line:light-dark(#d5dae1,#3a4250);--text:light-dark(#1b2330,#e6eaf0);--quiet:light-dark(#56606f,#a9b2c1);--more:light-dark(#a3151f,#ff9d9d);--less:light-dark(#0b6b3a,#6fd79c);--other:light-dark(#7a5400,#f0c667);--accent:light-dark(#1d4ed8,#9bb8ff);font:16px/1.5 system-ui,sans-serif}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem;background:var(--ground);color:var(--text);overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.6;margin:.2rem 0 .8rem}
h2{font-size:1.15rem;margin:2rem 0 .6rem}
h3{font-size:1rem;margin:0;display:inline}
a{color:var(--accent)}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
pre{margin:.4rem 0 1rem;padding:.6rem .8rem;background:var(--card);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
section+section{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}
.mark,.mark.broadened,.mark.narrowed{color:var(--ground)}
.mark{display:inline-block;padding:0 .55em;border:1px solid transparent;border-radius:1em;background:var(--quiet);font-weight:600;white-space:nowrap}
.mark.broadened,.mark.risk{background:var(--more)}
.mark.narrowed{background:var(--less)}
.mark.drift{background:var(--other)}
.between{color:var(--quiet)}
.verdicts{margin:0 0 1rem;padding:0;list-style:none}
.verdicts li{margin:.4rem 0}
.digest{margin:0;padding:.8rem 1rem;list-style:none;background:var(--card);border:1px solid var(--line);border-radius:8px}
.digest li{padding-left:1.2em;text-indent:-1.2em}
.digest li.broadened,.digest li.narrowed{font-weight:700}
.digest li span{color:var(--text);font-weight:400}
table{border-collapse:collapse;width:100%}
th,td{padding:.5rem .6rem;border-bottom:1px solid var(--line);text-align:start;vertical-align:top;overflow-wrap:break-word}
td{white-space:nowrap}
thead th{color:var(--quiet);font-weight:600;border-bottom-width:2px}
tbody th{width:100%;font-weight:400;overflow-wrap:anywhere}
.sentence{font-weight:600}
.access .mark{font-size:.85rem}
caption{text-align:start;color:var(--quiet);padding-bottom:.4rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem .8rem;margin:.4rem 0}
dt{color:var(--quiet)}
dd{margin:0}
.broadened,.destroyed p,.replaced p{color:var(--more)}
.narrowed{color:var(--less)}
.new{color:var(--accent)}
.removed,.quiet,th details{color:var(--quiet)}
.changed{color:var(--other)}
.change{color:inherit}
.change code,.change pre{color:var(--text)}
.usual{margin:.4rem 0}
.losses li,.notes li,.follows li{margin:.4rem 0}
section>details{border:1px solid var(--line);border-radius:8px;margin:.6rem 0;padding:.5rem .8rem}
summary{cursor:pointer}
#filter{display:flex;flex-wrap:wrap;gap:.6rem 1.4rem;margin:1rem 0;color:var(--quiet)}
select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.15rem .4rem}
.picture{margin:2rem 0 1rem}
.picture svg{width:100%;height:auto;font-size:12px}
.picture text{fill:var(--text);text-anchor:middle}
.picture .column{fill:var(--quiet);text-anchor:start}
.box rect{fill:var(--card);stroke:var(--line)}
.edge path{fill:none;stroke:var(--quiet);stroke-width:1.5}
.edge.new path{stroke:var(--accent);stroke-width:2.5}
.edge.removed path{stroke:var(--quiet);stroke-width:2.5;stroke-dasharray:6 4}
.edge.changed path{stroke:var(--other);stroke-width:2.5}
.edge.kept path{stroke-dasharray:2 4}
.tip{fill:var(--quiet)}.tip.new{fill:var(--accent)}.tip.changed{fill:var(--other)}
.badge circle{fill:var(--ground);stroke:var(--quiet)}
.badge text{font-size:11px;font-weight:600}
figcaption li{overflow-wrap:anywhere}
[hidden]{display:none!important}
@media (max-width:700px){
body{padding:1rem}
.picture svg,thead{display:none}
table,caption,tbody,tr,th,td{display:block;width:auto}
tr{border:1px solid var(--line);border-radius:8px;margin:.6rem 0;padding:.6rem .8rem}
th,td{padding:.15rem 0;border:0;white-space:normal;overflow-wrap:anywhere}
td:empty{display:none}
}
@media print{body{max-width:none;padding:0}#filter,nav{display:none}tr,.change,.losses li{break-inside:avoid}h2{break-after:avoid}:root{color-scheme:light}.mark,.mark.broadened,.mark.risk,.mark.narrowed,.mark.drift{background:none;color:inherit;border-color:currentColor}.mark.broadened,.mark.risk{color:var(--more)}.mark.narrowed{color:var(--less)}}
`.trim();

/** Script of the report: applies the filter, and expands everything for printing. Without it, all content is visible. */
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
