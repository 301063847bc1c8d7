import type { Group } from "../../report/report";
import { html, type Markup } from "./markup";

/** What of a page to show: one choice each of cloud, service and action. The script shows the form; without it all is there. */
export function filterForm(groups: readonly Group[]): Markup | undefined {
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
