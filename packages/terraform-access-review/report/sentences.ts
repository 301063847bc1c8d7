import { READ_LOGS } from "../access/auditor-rows";
import { NOT_READ } from "../access/unread-rows";
import { isCall, limits } from "../change/access-change";
import { PRESENCE } from "../change/guards";
import { GONE, LEFT_ALONE, NEW, WHOLE_BODY } from "../change/unread";
import type { GuardChange, RowChange } from "../model/change";
import { type AccessRow, ISSUES, NO_CALLER, RUN_AS } from "../model/row";
import { CONFIGURATION } from "../plan/configuration";
import { typeOf } from "../types";
import { conditionChange } from "./condition-change";

/** Endings for a call that is gained or lost by one API, while another API accepts the same call. */
export const AS_WELL = "by another API as well";
export const ALTOGETHER = "by one API, and still may by another";

/** A change of access as a sentence: `customers/reporting-agent may now call POST /orders`. */
export function rowSentence({ before, after, elsewhere }: RowChange): string {
  const row = after ?? before;
  if (row === undefined) throw new Error("a change without a row");
  const { principal, permission } = row;
  const ending = before && after ? ` ${conditionChange(before, after).ending}` : "";
  const change: Change = { row, verb: before === undefined ? "now" : after === undefined ? "no longer" : "", ending };
  if (principal === NOT_READ) return unreadSentence(change);
  if (principal === NO_CALLER) return uncalledSentence(change);
  if (permission === RUN_AS) return words(principal, change.verb, "runs as", row.resource);
  if (permission === ISSUES) return words(row.resource, change.verb, `accepts tokens of ${principal}${ending}`);
  const [held, is, holds] = HELD.find(([pattern]) => pattern.test(permission)) ?? ["", "", ""];
  if (held !== "") {
    const what = `${holds} ${permission.replace(/^DENY /, "")} on ${row.resource}`;
    return `${words(principal, is, change.verb, what)}${ending}`;
  }
  if (limits(permission)) return limitSentence(row, before, after);
  if (before?.principal === "anyone" && principal !== "anyone")
    return `${principal} may still ${deed(row)}, which anyone could`;
  if (principal === "anyone" && before && before.principal !== "anyone")
    return `${before.principal} may ${deed(row)} as anyone may`;
  const other = elsewhere ? ` ${before === undefined ? AS_WELL : ALTOGETHER}` : "";
  return `${words(principal, "may", change.verb, deed(row))}${ending}${other}`;
}

/** Verbs for roles and actions, which a principal has: AWS actions and Google permissions as a policy lists them. */
const HELD: readonly (readonly [pattern: RegExp, is: string, holds: string])[] = [
  [/^DENY /, "is", "denied"],
  [/^roles\//, "", "has"],
  [/^(\*|[a-z0-9-]+:[\w*]+|[a-z]+(\.\w+)+|everything except |all of )/, "is", "allowed"],
];

/** The change of a grant, and of its condition. */
interface Change {
  readonly row: AccessRow;
  readonly verb: "now" | "no longer" | "";
  /** ` with a less strict condition`, or nothing. */
  readonly ending: string;
}

function unreadSentence({ row: { resource, condition }, verb }: Change): string {
  if (verb === "no longer") return `${resource} no longer has grants that the review cannot interpret: ${condition}`;
  return `the review cannot interpret what ${resource} grants: ${condition}`;
}

function uncalledSentence({ row, verb }: Change): string {
  if (verb === "no longer") return `${row.permission} is no longer a route without callers`;
  return words(NO_CALLER, "may", verb, deed(row));
}

function limitSentence(
  { principal, resource }: AccessRow,
  before: AccessRow | undefined,
  after: AccessRow | undefined,
): string {
  if (after === undefined) return `${principal} no longer has a usage limit on ${resource}`;
  if (before === undefined) return `${principal} now has a usage limit on ${resource}: ${after.condition}`;
  return `the usage limit of ${principal} on ${resource} changed: ${before.condition} → ${after.condition}`;
}

/** The preposition between a permission and its resource, if it is not `on`. */
const PREPOSITIONS: readonly (readonly [RegExp, string])[] = [
  [/^get tokens /, "from"],
  [/^get ID tokens /, "as"],
  [/federated token$/, "at"],
  [/^(send requests|make cross-origin requests|copy logs)$/, "to"],
  [/^(issue access tokens with scopes|decide on users .*)$/, "of"],
  [/^read .*error responses/, "from"],
  [/^write the logs /, "as"],
  [/^(create users|sign in)$/, "in"],
];

function deed({ permission, resource }: AccessRow): string {
  if (isCall(permission)) return `call ${permission}`;
  if (permission === READ_LOGS) return `${permission} in ${resource}`;
  // The resource replaces the pronoun in a permission such as `invoke it`.
  if (/\bit\b/.test(permission)) return permission.replace(/\bit\b/, () => resource);
  const [, preposition = "on"] = PREPOSITIONS.find(([pattern]) => pattern.test(permission)) ?? [];
  return `${permission} ${preposition} ${resource}`;
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** Words for protective attributes, by path. Types share an entry if the meaning is the same. */
const GUARD_WORDS: Readonly<Record<string, string>> = {
  access_log_settings: "access log",
  access_token_validity: "access token lifetime",
  block_public_policy: "block of public policies",
  deletion_protection: "deletion protection",
  disable_execute_api_endpoint: "block of the default endpoint",
  enable_token_revocation: "token revocation",
  id_token_validity: "ID token lifetime",
  "lifecycle.prevent_destroy": "prevent_destroy",
  max_session_duration: "maximum session duration",
  mutual_tls_authentication: "mutual TLS",
  permissions_boundary: "permissions boundary",
  recovery_window_in_days: "recovery window in days",
  refresh_token_validity: "refresh token lifetime",
  retention_days: "retention in days",
  retention_in_days: "retention in days",
  "rotation.rotation_period": "time between reminders",
  "rotation_rules.automatically_after_days": "days between rotations",
  "settings.throttling_burst_limit": "throttling burst limit",
  "settings.throttling_rate_limit": "throttling rate limit per second",
  throttling_burst_limit: "throttling burst limit",
  throttling_rate_limit: "throttling rate limit per second",
  threshold: "alarm threshold",
  "versioning_configuration.status": "versioning",
};

/** `log group access` for `aws_cloudwatch_log_group.access`; the address itself if its type has no words. */
function thingOf(address: string): string {
  const [type = "", name = ""] = address.split(".");
  const { kind, named } = typeOf(type);
  const word = kind ?? named?.[0];
  return word === undefined ? address : `${word} ${name.replaceAll("_", "-")}`;
}

/** A change of a protection in words, with its values and its address. */
export function guardSentence({ address, guard, before, after, effect, doubt, thing }: GuardChange): string {
  if (/^aws_secretsmanager_secret_rotation\./.test(address)) return rotationSentence({ address, before, after });
  if (doubt) return doubtSentence({ address, guard, before, after });
  const of = thing ?? thingOf(address);
  const at = of === address ? "" : ` (${address})`;
  const protection = typeOf(address.split(".", 1)[0] ?? "").protection?.words;
  if (guard === PRESENCE && protection !== undefined) return `${of} no longer has ${protection}${at}`;
  const change = `${effect === "broadened" ? "weaker" : "stronger"}: ${before} → ${after}`;
  return `${of}: ${GUARD_WORDS[guard] ?? guard} is ${change}${at}`;
}

/** A change of which it is unknown whether the new value is weaker, in words. */
function doubtSentence({ address, guard, before, after }: Omit<GuardChange, "effect">): string {
  if (guard === NEW) return `${address} is new, and the review cannot judge what it opens: ${after}`;
  if (guard === LEFT_ALONE) return `${address} is no longer managed by Terraform: ${after}`;
  if (guard === CONFIGURATION) return `${address}: this plan's configuration is not what config/ gives: ${after}`;
  if (guard === GONE) return `${address} is gone, which the review cannot judge`;
  const what = guard === WHOLE_BODY ? address : `${address}: ${guard}`;
  return `${what} changed, which the review cannot judge: ${before} → ${after}`;
}

/** A change in the rotation of a client's secret, in words, in days. */
function rotationSentence({ address, before, after }: Pick<GuardChange, "address" | "before" | "after">): string {
  if (after === "true") return `a client secret now rotates (${address})`;
  if (after === "false") return `a client secret no longer rotates: it stays valid until you change it (${address})`;
  return `a client secret rotates every ${after} days instead of every ${before} (${address})`;
}
