import type { ResourceChange } from "../model/change";
import { alike, digest } from "./digest";
import {
  accessSentence,
  attributeLine,
  changePieces,
  followsPieces,
  lossPieces,
  MOST_ATTRIBUTES,
  plainText,
  TITLES,
} from "./pieces";
import { type AccessLine, type Report, shownLosses } from "./report";
import { EFFECT_WORDS, SIGNS, visible } from "./words";

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
