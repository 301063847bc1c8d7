import { sha256 } from "../../terraform-json/sha256";
import type { Diagram } from "../diagram";
import type { Group, Report } from "../report";
import { html, Markup } from "./markup";
import { badges, section } from "./section";
import { SCRIPT, STYLE } from "./style";

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
