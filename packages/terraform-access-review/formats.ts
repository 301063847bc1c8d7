import { withKeys } from "./judge/keys";
import type { ChangeModel } from "./model/change";
import { mermaid } from "./render/diagram";
import { markdownReport } from "./render/markdown";
import { type Locate, NO_ACCESS, type Report, reportOf } from "./render/report";
import { terminalReport } from "./render/terminal";
import { type NamedText, together } from "./render/together";

export interface Reviewed {
  readonly model: ChangeModel;
  readonly report: Report;
}

/** @param locate finds the place in the config that causes a row; omitted if there is no config */
export function reviewedOf(model: ChangeModel, locate?: Locate, title?: string): Reviewed {
  return { model, report: reportOf(model, locate, title) };
}

/**
 * The reports on what `npm run drift` found: what was changed outside Terraform and what that opened, and then what the
 * next deploy would change.
 */
export function driftReviews(model: ChangeModel, locate?: Locate): readonly Reviewed[] {
  const { version, environment, source, drift, driftAccess = NO_ACCESS, resources } = model;
  if (drift.length === 0) return [reviewedOf(model, locate)];
  const undone = new Set(resources.filter(({ action }) => action !== "moved").map(({ address }) => address));
  const stays = drift.filter(({ address }) => !undone.has(address));
  const added = new Set(resources.filter(({ action }) => action === "added").map(({ address }) => address));
  const changed = resources.filter(({ type, action }) => type !== "" && action !== "added").length;
  const outside: ChangeModel = {
    ...{ version, environment, source, access: driftAccess, resources: drift, drift: [] },
    // An object that is gone is one that the plan adds.
    unchanged: model.unchanged + changed - drift.filter(({ address }) => !added.has(address)).length,
    notes: stays.map(({ address }) => ({ kind: "stays-drifted", address })),
  };
  const deploy: ChangeModel = { ...model, drift: [], driftAccess: NO_ACCESS };
  return [
    reviewedOf(outside, undefined, `${environment}, changed outside Terraform`),
    reviewedOf(deploy, locate, `${environment}, with the next deploy`),
  ];
}

function textIn({ model: { environment } }: Reviewed, text: string): NamedText {
  return { environment, text };
}

/**
 * Prints reports.
 *
 * @param command prints the whole report, for readers of a shortened one
 */
export type Format = (reviewed: readonly Reviewed[], command: string) => string;

/** The values of `--format`, each with its renderer. */
export const FORMATS: Readonly<Record<string, Format>> = {
  terminal: (reviewed) =>
    `${together(reviewed.map((each) => textIn(each, terminalReport(each.report)))).join("\n\n")}\n`,
  markdown: (reviewed, command) =>
    together(
      reviewed.map((each) => {
        const options = { whole: command, diagram: mermaid(each.model) };
        return textIn(each, markdownReport(each.report, options).join("\n"));
      }),
    ).join("\n"),
  json: (reviewed) =>
    `${JSON.stringify(
      reviewed.map(({ model }) => withKeys(model)),
      null,
      2,
    )}\n`,
};
