import type { ChangeModel } from "./model/change";
import { version } from "./package.json";
import { htmlReport } from "./render/html/page";
import { markdownReport } from "./render/markdown";
import { mermaid } from "./render/mermaid";
import { sarifReport } from "./render/sarif";
import { terminalReport } from "./render/terminal";
import { type Diagram, diagramOf } from "./report/diagram";
import { type Locate, type Report, reportOf } from "./report/report";

export interface Reviewed {
  readonly model: ChangeModel;
  readonly report: Report;
  readonly diagram: Diagram;
}

export interface Source {
  /** The command that prints the whole report, for readers of a shortened one. */
  readonly command: string;
  /** The source of an environment's report, relative to the repository's root. */
  readonly file: (environment: string) => string;
}

/** @param locate finds the place in the config that causes a row; omitted if there is no config */
export function reviewedOf(model: ChangeModel, locate?: Locate): Reviewed {
  return { model, report: reportOf(model, locate), diagram: diagramOf(model) };
}

/** The values of `--format`, each with its renderer. */
export const FORMATS: Readonly<Record<string, (reviewed: readonly Reviewed[], source: Source) => string>> = {
  terminal: (reviewed) => `${reviewed.map(({ report }) => terminalReport(report)).join("\n\n")}\n`,
  markdown: (reviewed, { command }) =>
    reviewed
      .flatMap(({ report, diagram }) => markdownReport(report, { whole: command, diagram: mermaid(diagram) }))
      .join("\n"),
  html: (reviewed) => htmlReport(reviewed),
  json: (reviewed) =>
    `${JSON.stringify(
      reviewed.map(({ model }) => model),
      null,
      2,
    )}\n`,
  sarif: (reviewed, { file }) =>
    sarifReport(
      reviewed.map(({ report }) => ({ report, file: file(report.environment) })),
      version,
    ),
};
