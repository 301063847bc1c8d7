import { isCall } from "../change/access-change";
import type { Effect } from "../change/model";
import type { AccessLine, Report } from "./report";
import { ALTOGETHER, AS_WELL } from "./sentences";

/** Principals, losses and services that a digest names one by one before it counts the rest. */
const MOST_LINES = { access: 12, losses: 6 } as const;

/**
 * The whole change on at most 25 lines, for a reader who stops there: what becomes possible for whom, what goes, and
 * where else something changes.
 */
export function digest({ access, losses, groups, drift, handshake }: Report): readonly string[] {
  const people = access.filter((line) => isForPeople(line));
  const parts = access.length - people.length;
  const named = cut(
    [...byPrincipal(people, "broadened"), ...byPrincipal(people, "narrowed")],
    MOST_LINES.access,
    "more",
  );
  return [
    ...(handshake === undefined ? [] : [handshake]),
    ...named,
    ...(parts > 0 ? [`${parts} ${parts === 1 ? "grant" : "grants"} between the parts of both clouds`] : []),
    ...cut(
      losses.map(({ action, address, loss }) => `${action}: ${address}${loss === undefined ? "" : ` (data at risk)`}`),
      MOST_LINES.losses,
      "more that go",
    ),
    ...(drift.length > 0 ? [`drifted: ${drift.length}, changed by somebody else`] : []),
    ...(groups.length > 0
      ? [`changes in ${groups.map(({ service, changes }) => `${service} ${changes.length}`).join(", ")}`]
      : []),
  ];
}

/** What callers and people can do, and what protects them; not how role, account and service hand a call on. */
function isForPeople({ row }: AccessLine): boolean {
  if (row === undefined) return true;
  return (
    isCall(row.permission) ||
    /^(any(one)?|everybody|ANY|WHATEVER|EVERYBODY|NOT READ|pages of|issuer |whoever|app client|administrators|AWS account)/.test(
      row.principal,
    )
  );
}

/** One line a principal, with all it may now call, may no longer, or may under another condition. */
function byPrincipal(lines: readonly AccessLine[], effect: Effect): readonly string[] {
  const sign = effect === "broadened" ? "+" : "-";
  const found = new Map<string, string[]>();
  const changed = new Map<string, string[]>();
  const alsoElsewhere = new Map<string, string[]>();
  const single: string[] = [];
  for (const { effect: each, row, sentence, before, after, elsewhere } of lines) {
    if (each !== effect) continue;
    if (row === undefined || !isCall(row.permission)) {
      single.push(`${sign} ${sentence}`);
      continue;
    }
    const group = before !== undefined && after !== undefined ? changed : elsewhere ? alsoElsewhere : found;
    group.set(row.principal, [...(group.get(row.principal) ?? []), row.permission]);
  }
  const word = effect === "broadened" ? "may now call" : "may no longer call";
  const other = `under a ${effect === "broadened" ? "looser or other" : "stricter"} condition`;
  const by = effect === "broadened" ? AS_WELL : ALTOGETHER;
  return [
    ...[...found].map(([principal, calls]) => `${sign} ${principal} ${word} ${joined(calls)}`),
    ...[...alsoElsewhere].map(([principal, calls]) => `${sign} ${principal} ${word} ${joined(calls)} ${by}`),
    ...[...changed].map(([principal, calls]) => `${sign} ${principal} may call ${joined(calls)} ${other}`),
    ...single,
  ];
}

/** `GET and PUT /carts/{id}, POST /orders` */
function joined(calls: readonly string[]): string {
  const byPath = new Map<string, string[]>();
  for (const call of calls) {
    const [method = "", path = ""] = call.split(" ");
    byPath.set(path, [...(byPath.get(path) ?? []), method]);
  }
  const texts = [...byPath].map(([path, methods]) => `${methods.join("|")} ${path}`);
  return texts.length <= 4 ? texts.join(", ") : `${texts.slice(0, 3).join(", ")} and ${texts.length - 3} more paths`;
}

function cut(lines: readonly string[], most: number, what: string): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `and ${lines.length - most + 1} ${what}`];
}
