import { READ_LOGS } from "../access/auditor-rows";
import { type AccessRow, RUN_AS } from "../access/row";
import { NOT_READ } from "../access/unread-rows";
import { isCall, limits } from "../change/access-change";
import { PRESENCE } from "../change/guards";
import type { GuardChange, RowChange } from "../change/model";
import { typeOf } from "../types";
import { GUARD_WORDS, thingOf } from "./guard-words";

/** Endings for a call by one API, while another API goes on taking it. */
export const AS_WELL = "by another API as well";
export const ALTOGETHER = "by one API, and still may by another";

/** A change of access in words that need no table: `customers/reporting-agent may now call POST /orders`. */
export function rowSentence({ effect, before, after, elsewhere }: RowChange): string {
  const row = after ?? before;
  if (row === undefined) throw new Error("a change without a row");
  if (row.principal === NOT_READ) return unreadSentence(row, after);
  if (row.permission === RUN_AS)
    return `${row.principal} ${after === undefined ? "no longer runs" : "now runs"} as ${row.resource}`;
  if (row.permission.startsWith("DENY ")) return denySentence(row, before, after);
  if (row.permission.startsWith("roles/")) return roleSentence(row, before, after);
  if (limits(row.permission)) return limitSentence(row, before, after);
  if (before?.principal === "anyone" && row.principal !== "anyone")
    return `${row.principal} may still ${deed(row)}, which anyone could`;
  if (row.principal === "anyone" && before && before.principal !== "anyone")
    return `${before.principal} may ${deed(row)} as anyone may`;
  if (before === undefined) return `${row.principal} may now ${deed(row)}${elsewhere ? ` ${AS_WELL}` : ""}`;
  if (after === undefined) return `${row.principal} may no longer ${deed(row)}${elsewhere ? ` ${ALTOGETHER}` : ""}`;
  return `${row.principal} may ${deed(row)} under a ${effect === "broadened" ? "looser or other" : "stricter"} condition`;
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

/** On the rotation of a client's secret, in days. */
function rotationSentence({ address, before, after }: Pick<GuardChange, "address" | "before" | "after">): string {
  if (after === "true") return `a client's secret is rotated from now on (${address})`;
  if (after === "false") return `a client's secret is no longer rotated: it never changes from now on (${address})`;
  return `a client's secret is rotated every ${after} days instead of every ${before} (${address})`;
}

/** Google's roles are had, not done. */
function roleSentence({ principal, permission, resource }: AccessRow, before: unknown, after: unknown): string {
  if (before === undefined) return `${principal} now has ${permission} on ${resource}`;
  if (after === undefined) return `${principal} no longer has ${permission} on ${resource}`;
  return `${principal} has ${permission} on ${resource} under another condition`;
}

function denySentence({ principal, permission, resource }: AccessRow, before: unknown, after: unknown): string {
  const denied = `${permission.slice("DENY ".length)} on ${resource}`;
  if (before === undefined) return `${principal} is now denied ${denied}`;
  if (after === undefined) return `${principal} is no longer denied ${denied}`;
  return `${principal} is denied ${denied} under another condition`;
}

function unreadSentence({ resource, condition }: AccessRow, after: AccessRow | undefined): string {
  if (after === undefined) return `${resource} no longer gives what nobody read here: ${condition}`;
  return `what ${resource} gives to whom is not read here: ${condition}`;
}

function limitSentence(
  { principal, resource }: AccessRow,
  before: AccessRow | undefined,
  after: AccessRow | undefined,
): string {
  if (after === undefined) return `what ${principal} may use up of ${resource} is no longer limited`;
  if (before === undefined) return `what ${principal} may use up of ${resource} is now limited: ${after.condition}`;
  return `what ${principal} may use up of ${resource} is limited otherwise: ${before.condition} → ${after.condition}`;
}

function deed({ permission, resource }: AccessRow): string {
  if (permission === READ_LOGS) return `${permission} in ${resource}`;
  return isCall(permission) ? `call ${permission}` : `${permission} on ${resource}`;
}
