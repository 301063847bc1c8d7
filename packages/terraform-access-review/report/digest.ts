import { isCall } from "../change/access-change";
import type { Effect } from "../model/change";
import { groupedBy } from "../terraform-json/order";
import type { AccessLine, Report } from "./report";

/** Maximum lines of a digest, and maximum losses that it names before it counts the rest. */
const MOST_LINES = { all: 15, losses: 3 } as const;

/**
 * The whole change on at most 15 lines, for readers who read no further: access gained and lost, losses, and the other
 * services with changes.
 */
export function digest({ verdict, access, losses, groups, drift, driftAccess, handshake }: Report): readonly string[] {
  const people = access.filter(isForPeople);
  const others = access.filter((line) => !isForPeople(line));
  const isOpen = driftAccess.some(({ effect }) => effect === "broadened");
  const before = [handshake ?? "", verdict.changes].filter((line) => line !== "");
  const after = [
    ...counted(others, "broadened"),
    ...counted(others, "narrowed"),
    ...cut(
      losses.map(({ action, address, loss }) => `${action}: ${address}${loss === undefined ? "" : ` (data at risk)`}`),
      MOST_LINES.losses,
      "more destroyed or replaced",
    ),
    ...(drift.length > 0
      ? [`${drift.length} drifted, changed outside Terraform${isOpen ? ", which broadened access" : ""}`]
      : []),
    ...(groups.length > 0
      ? [`changes in ${groups.map(({ service, changes }) => `${service} ${changes.length}`).join(", ")}`]
      : []),
  ];
  const named = [...byPrincipal(people, "broadened"), ...byPrincipal(people, "narrowed")];
  return [...before, ...cut(named, MOST_LINES.all - before.length - after.length, "more changes of access"), ...after];
}

/** Whether a line concerns callers, people or a protection, and not a hop of a request between roles and accounts. */
function isForPeople({ row }: AccessLine): boolean {
  if (row === undefined) return true;
  return (
    isCall(row.permission) ||
    /^(any|ANY|NOT READ|pages of|issuer |principals with|holder of|app client|administrators|AWS account)/.test(
      row.principal,
    )
  );
}

/** One line for each principal and ending, with all its calls that are gained, lost or changed. */
function byPrincipal(lines: readonly AccessLine[], effect: Effect): readonly string[] {
  const sign = effect === "broadened" ? "+" : "-";
  const calls = new Map<string, string[]>();
  const single: string[] = [];
  for (const line of lines) {
    if (line.effect !== effect) continue;
    const { row, sentence } = line;
    const call = row && isCall(row.permission) ? `call ${row.permission}` : undefined;
    // The text before and after the call. Lines with the same text around it become one line.
    const around = call === undefined ? [] : sentence.split(call);
    if (row === undefined || around.length !== 2) single.push(`${sign} ${sentence}`);
    else calls.set(around.join("\u0000"), [...(calls.get(around.join("\u0000")) ?? []), row.permission]);
  }
  const grouped = [...calls].map(([around, routes]) => {
    const [who, how] = around.split("\u0000");
    return `${sign} ${who}call ${joined(routes)}${how}`;
  });
  return [...grouped, ...single];
}

/** The number of grants between roles, accounts and services that are gained or lost. The report lists them below. */
function counted(lines: readonly AccessLine[], effect: Effect): readonly string[] {
  const count = lines.filter((line) => line.effect === effect).length;
  const sign = effect === "broadened" ? "+" : "-";
  return count === 0 ? [] : [`${sign} ${count} ${count === 1 ? "grant" : "grants"} between cloud resources`];
}

/** `GET|PUT /carts/{id}, POST /orders` */
function joined(calls: readonly string[]): string {
  const byPath = groupedBy(calls, (call) => call.split(" ")[1] ?? "");
  const texts = [...byPath].map(([path, same]) => `${same.map((call) => call.split(" ")[0]).join("|")} ${path}`);
  return texts.length <= 4 ? texts.join(", ") : `${texts.slice(0, 3).join(", ")} and ${texts.length - 3} more paths`;
}

function cut(lines: readonly string[], most: number, what: string): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `and ${lines.length - most + 1} ${what}`];
}
