import { createHash } from "node:crypto";
import type { Diagram } from "../../report/diagram";
import type { Report } from "../../report/report";
import { filterForm } from "./filter";
import { html, Markup } from "./markup";
import { SCRIPT } from "./script";
import { badges, section } from "./section";
import { STYLE } from "./style";

/** Reports of several environments as one file that asks the network for nothing. */
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

/** The policy names the only style and the only script that may be here. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Every verdict of a page, each with the way to its report. */
function overview(reports: readonly Report[]): Markup {
  return html`<nav aria-label="Environments"><ul class="verdicts">${reports.map(
    ({ environment, verdict }, index) =>
      html`<li><a href="#report-${index}">${environment}</a> ${badges(verdict)} <span class="quiet">${verdict.changes}</span></li>`,
  )}</ul></nav>`;
}
