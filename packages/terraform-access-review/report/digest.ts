import { isCall } from "../change/access-change";
import type { Effect } from "../model/change";
import { groupedBy } from "../terraform-json/order";
import type { AccessLine, Report } from "./report";

/** As long as a digest is, and how many losses it names before it counts the rest. */
const MOST_LINES = { all: 15, losses: 3 } as const;

/**
 * The whole change on at most 15 lines, for a reader who stops there: what becomes possible for whom, what goes, and
 * where else something changes.
 */
export function digest({ verdict, access, losses, groups, drift, handshake }: Report): readonly string[] {
  const people = access.filter(isForPeople);
  const others = access.filter((line) => !isForPeople(line));
  const before = [handshake ?? "", verdict.changes].filter((line) => line !== "");
  const after = [
    ...counted(others, "broadened"),
    ...counted(others, "narrowed"),
    ...cut(
      losses.map(({ action, address, loss }) => `${action}: ${address}${loss === undefined ? "" : ` (data at risk)`}`),
      MOST_LINES.losses,
      "more destroyed or replaced",
    ),
    ...(drift.length > 0 ? [`${drift.length} drifted, changed outside Terraform`] : []),
    ...(groups.length > 0
      ? [`changes in ${groups.map(({ service, changes }) => `${service} ${changes.length}`).join(", ")}`]
      : []),
  ];
  const named = [...byPrincipal(people, "broadened"), ...byPrincipal(people, "narrowed")];
  return [...before, ...cut(named, MOST_LINES.all - before.length - after.length, "more changes of access"), ...after];
}

/** What callers and people can do, and what protects them; not the hops of a request through roles and accounts. */
function isForPeople({ row }: AccessLine): boolean {
  if (row === undefined) return true;
  return (
    isCall(row.permission) ||
    /^(any|ANY|NOT READ|pages of|issuer |principals with|holder of|app client|administrators|AWS account)/.test(
      row.principal,
    )
  );
}

/** One line for each principal and ending, with all it may now call, may no longer, or may with another condition. */
function byPrincipal(lines: readonly AccessLine[], effect: Effect): readonly string[] {
  const sign = effect === "broadened" ? "+" : "-";
  const calls = new Map<string, string[]>();
  const single: string[] = [];
  for (const line of lines) {
    if (line.effect !== effect) continue;
    const { row, sentence } = line;
    const call = row && isCall(row.permission) ? `call ${row.permission}` : undefined;
    // What is around the call: who, and how. Lines that have the same around it are one.
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

/** How many grants between roles, accounts and services come or go: their lines follow below. */
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
