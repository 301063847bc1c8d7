import { READ_LOGS } from "../access/auditor-rows";
import { type AccessRow, RUN_AS } from "../access/row";
import { NOT_READ } from "../access/unread-rows";
import { isCall, limits } from "../change/access-change";
import { PRESENCE } from "../change/guards";
import type { GuardChange, RowChange } from "../change/model";
import { typeOf } from "../types";
import { GUARD_WORDS, thingOf } from "./guard-words";

/** Of a call by one API, while another goes on taking it. */
export const AS_WELL = "by another API as well";
export const ALTOGETHER = "by one API, and still may by another";

/** A change of access in words that need no table: `customers/reporting-agent may now call POST /orders`. */
export function rowSentence({ effect, before, after, elsewhere }: RowChange): string {
  const row = after ?? before;
  if (row === undefined) throw new Error("a change without a row");
  if (row.who === NOT_READ) return unreadSentence(row, after);
  if (row.may === RUN_AS) return `${row.who} ${after === undefined ? "no longer runs" : "now runs"} as ${row.on}`;
  if (row.may.startsWith("DENY ")) return denySentence(row, before, after);
  if (row.may.startsWith("roles/")) return roleSentence(row, before, after);
  if (limits(row.may)) return limitSentence(row, before, after);
  if (before?.who === "anyone" && row.who !== "anyone") return `${row.who} may still ${deed(row)}, which anyone could`;
  if (row.who === "anyone" && before && before.who !== "anyone") return `${before.who} may ${deed(row)} as anyone may`;
  if (before === undefined) return `${row.who} may now ${deed(row)}${elsewhere ? ` ${AS_WELL}` : ""}`;
  if (after === undefined) return `${row.who} may no longer ${deed(row)}${elsewhere ? ` ${ALTOGETHER}` : ""}`;
  return `${row.who} may ${deed(row)} under a ${effect === "broadened" ? "looser or other" : "stricter"} condition`;
}

export function guardSentence({ address, guard, before, after, effect, doubt, thing }: GuardChange): string {
  if (/^aws_secretsmanager_secret_rotation\./.test(address)) return rotationSentence({ address, before, after });
  if (doubt) return `${guard} of ${address} is another: ${before} → ${after}`;
  const of = thing ?? thingOf(address);
  const at = of === address ? "" : ` (${address})`;
  const protection = typeOf(address.split(".", 1)[0] ?? "").protection?.words;
  if (guard === PRESENCE && protection !== undefined) return `${of} has no ${protection} any more${at}`;
  const change = `${effect === "broadened" ? "weaker" : "stronger"}: ${before} → ${after}`;
  return `${GUARD_WORDS[guard] ?? guard} of ${of} is ${change}${at}`;
}

/** Of a client's secret and its days. */
function rotationSentence({ address, before, after }: Pick<GuardChange, "address" | "before" | "after">): string {
  if (after === "true") return `a client's secret is rotated from now on (${address})`;
  if (after === "false") return `a client's secret is no longer rotated: it never changes from now on (${address})`;
  return `a client's secret is rotated every ${after} days instead of every ${before} (${address})`;
}

/** Google's roles are had, not done. */
function roleSentence({ who, may, on }: AccessRow, before: unknown, after: unknown): string {
  if (before === undefined) return `${who} now has ${may} on ${on}`;
  if (after === undefined) return `${who} no longer has ${may} on ${on}`;
  return `${who} has ${may} on ${on} under another condition`;
}

function denySentence({ who, may, on }: AccessRow, before: unknown, after: unknown): string {
  const denied = `${may.slice("DENY ".length)} on ${on}`;
  if (before === undefined) return `${who} is now denied ${denied}`;
  if (after === undefined) return `${who} is no longer denied ${denied}`;
  return `${who} is denied ${denied} under another condition`;
}

function unreadSentence({ on, under }: AccessRow, after: AccessRow | undefined): string {
  if (after === undefined) return `${on} no longer gives what nobody read here: ${under}`;
  return `what ${on} gives to whom is not read here: ${under}`;
}

function limitSentence({ who, on }: AccessRow, before: AccessRow | undefined, after: AccessRow | undefined): string {
  if (after === undefined) return `what ${who} may use up of ${on} is no longer limited`;
  if (before === undefined) return `what ${who} may use up of ${on} is now limited: ${after.under}`;
  return `what ${who} may use up of ${on} is limited otherwise: ${before.under} → ${after.under}`;
}

function deed({ may, on }: AccessRow): string {
  if (may === READ_LOGS) return `${may} in ${on}`;
  return isCall(may) ? `call ${may}` : `${may} on ${on}`;
}
