import type { ResourceChange } from "../change/model";
import { digest } from "../report/digest";
import type { AccessLine, Report } from "../report/report";
import { attributeLine, changeWords, MOST_OF_A_WHOLE, visible } from "./lines";

/** The report for a terminal, without colours: signs and words say everything, so it reads the same in a log. */
export function terminalReport(report: Report): string {
  const { verdict, access, losses, groups, follows, drift, notes, unchanged } = report;
  return [
    verdict.line,
    ...digest(report).map((line) => `  ${line}`),
    ...section("Access", access.flatMap(accessLines)),
    ...section("Destroyed and replaced", losses.map(lossLine)),
    ...section("Drifted: changed by somebody else", drift.flatMap(changeLines)),
    ...section("To know", notes),
    ...groups.flatMap(({ cloud, service, changes }) => section(`${cloud}: ${service}`, changes.flatMap(changeLines))),
    ...section(
      "Follows from the above",
      follows.map(({ cause, addresses }) => `${addresses.join(", ")}: ${cause}`),
    ),
    ...(verdict.line.endsWith("no change") ? [] : ["", `${unchanged} unchanged`]),
  ]
    .map(visible)
    .join("\n");
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function accessLines({ effect, sentence, before, after, source }: AccessLine): readonly string[] {
  const sign = effect === "broadened" ? "+" : "-";
  const where = source === undefined ? "" : `  (${source})`;
  const conditions = [
    ...(before === undefined ? [] : [`      before: ${before}`]),
    ...(after === undefined ? [] : [`      ${before === undefined ? "under" : "now"}: ${after}`]),
  ];
  return [`${sign} ${sentence}${where}`, ...conditions];
}

function lossLine(change: ResourceChange): string {
  return `! ${change.address}: ${changeWords(change)}${change.loss === undefined ? "" : `. Lost: ${change.loss}`}`;
}

function changeLines(change: ResourceChange): readonly string[] {
  const { attributes, action, address } = change;
  const most = action === "changed" || action === "drifted" ? Number.POSITIVE_INFINITY : MOST_OF_A_WHOLE;
  const shown = attributes.slice(0, most).map((attribute) => `    ${attributeLine(attribute)}`);
  const more = attributes.length - shown.length;
  return [`${address}: ${changeWords(change)}`, ...shown, ...(more > 0 ? [`    and ${more} more attributes`] : [])];
}
