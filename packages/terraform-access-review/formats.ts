import { withKeys } from "./judge/keys";
import type { ChangeModel, ResourceChange } from "./model/change";
import { mermaid } from "./render/diagram";
import { alike, digest } from "./render/digest";
import { markdownReport } from "./render/markdown";
import {
  accessSentence,
  attributeLine,
  changePieces,
  followsPieces,
  lossPieces,
  MOST_ATTRIBUTES,
  plainText,
  TITLES,
} from "./render/pieces";
import { type AccessLine, type Locate, NO_ACCESS, type Report, reportOf, shownLosses } from "./render/report";
import { EFFECT_WORDS, SIGNS, visible } from "./render/words";

export interface Reviewed {
  readonly model: ChangeModel;
  readonly report: Report;
}

/** @param locate finds the place in the config that causes a row; omitted if there is no config */
export function reviewedOf(model: ChangeModel, locate?: Locate, title?: string): Reviewed {
  return { model, report: reportOf(model, locate, title) };
}

/**
 * The reports on what `npx front-door drift` found: what was changed outside Terraform and what that opened, and then what the
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

/** Stands for the name of an environment in a text that several environments share. */
const NAME = "ENV";

/** One environment's report as text. */
interface NamedText {
  readonly environment: string;
  readonly text: string;
}

/**
 * The texts of reports, in order. Environments whose texts differ only in their own name and in the number of unchanged
 * resources share one, which lists them in its heading.
 */
export function together(reports: readonly NamedText[]): readonly string[] {
  const groups = new Map<string, NamedText[]>();
  for (const report of reports) {
    const key = nameless(report) ?? `${report.environment}\n${report.text}`;
    groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  return [...groups].map(([shared, [first, ...others]]) => {
    if (first === undefined || others.length === 0) return first?.text ?? "";
    const names = [first, ...others].map(({ environment }) => environment).join(", ");
    const [heading = "", ...rest] = shared.replace(NAME, names).split("\n");
    const isNamed = rest.some((line) => line.includes(NAME));
    return [heading, ...(isNamed ? [`${NAME} stands for the name of each.`] : []), ...rest].join("\n").trimEnd();
  });
}

/** The text without its environment's name. Undefined if it has the word that stands for the name. */
function nameless({ environment, text }: NamedText): string | undefined {
  if (text.includes(NAME)) return undefined;
  const name = environment.replace(/[^\w]/g, "\\$&");
  return text
    .replace(new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, "g"), NAME)
    .replace(/\n+\d+ unchanged\b\.?/, "");
}

/** The report for a terminal. It uses signs and words, but no colours, so that it looks the same in a log. */
export function terminalReport(report: Report): string {
  const { verdict, access, usual, groups, follows, drift, driftAccess, notes, unchanged } = report;
  return [
    verdict.line,
    // The verdict already contains the counts.
    ...digest(report).flatMap((line) => (line === verdict.changes ? [] : [`  ${line}`])),
    ...section(TITLES.access, [...alike(access).flatMap(accessLines), ...usual]),
    ...section(
      TITLES.losses,
      shownLosses(report).map((change) => `! ${plainText(lossPieces(change))}`),
    ),
    ...section(TITLES.drift, [...alike(driftAccess).flatMap(accessLines), ...drift.flatMap(changeLines)]),
    ...section(TITLES.notes, notes),
    ...groups.flatMap(({ cloud, service, changes }) => section(`${cloud}: ${service}`, changes.flatMap(changeLines))),
    ...section(
      TITLES.follows,
      follows.map((each) => plainText(followsPieces(each))),
    ),
    ...(verdict.changes === "" ? [] : ["", `${unchanged} unchanged`]),
  ]
    .map(visible)
    .join("\n");
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function accessLines(line: AccessLine): readonly string[] {
  const { effect, shown, source } = line;
  const where = source === undefined ? "" : `  (${source.text})`;
  return [
    `${SIGNS[effect]} ${effect === "unjudged" ? `${EFFECT_WORDS[effect]}: ` : ""}${accessSentence(line)}${where}`,
    ...shown.map(({ when, text }) => `      ${shown.length === 1 ? "condition" : when}: ${text}`),
  ];
}

function changeLines(change: ResourceChange): readonly string[] {
  const { attributes, action } = change;
  const most = action === "changed" || action === "drifted" ? Number.POSITIVE_INFINITY : MOST_ATTRIBUTES;
  const shown = attributes.slice(0, most).map((attribute) => `    ${attributeLine(attribute)}`);
  const more = attributes.length - shown.length;
  return [plainText(changePieces(change)), ...shown, ...(more > 0 ? [`    and ${more} more attributes`] : [])];
}
