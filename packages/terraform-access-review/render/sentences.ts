import { GUARDS, type GuardChange, IGNORED, type RowChange } from "../model/change";
import type { Fact } from "../model/fact";
import { type AccessRow, calledRoute } from "../model/row";
import { abridged } from "../terraform-json/sha256";
import { typeOf } from "../types";
import { conditionChange } from "./condition-change";
import { conditionWords, words } from "./words";

/** Endings for a call that is gained or lost by one API, while another API accepts the same call. */
export const ALSO_BY_ANOTHER_API = "by another API as well";
export const STILL_BY_ANOTHER_API = "by one API, and still may by another";

/**
 * A change of access as a sentence: `customers/reporting-agent may now call POST /orders`.
 *
 * @param routes replaces the route of a call. Default: the row's own
 */
export function rowSentence({ before, after, elsewhere, cause }: RowChange, routes?: string): string {
  const row = after ?? before;
  if (row === undefined) throw new Error("a change without a row");
  const ending = before && after ? ` ${conditionChange(before, after).ending}` : "";
  const change: Change = { row, verb: before === undefined ? "now" : after === undefined ? "no longer" : "", ending };
  const { action, resource } = row;
  const principal = words(row.principal);
  const deed = deedOf(row, routes);
  if (row.principal.kind === "not-read") return unreadSentence(change);
  if (row.principal.kind === "no-caller") {
    if (change.verb === "no longer") return `${words(action)} is no longer a route without callers`;
    // Without a cause, the route is new, or asks for something else.
    return joined(principal, "may", deed, before === undefined && cause !== undefined ? "any more" : "");
  }
  if (action.kind === "run-as") return joined(principal, change.verb, "runs as", words(resource));
  if (action.kind === "issue-tokens")
    return joined(words(resource), change.verb, `accepts tokens of ${principal}${ending}`);
  const held = heldAs(row);
  if (held !== undefined) {
    const what = `${held.holds} ${words(action)} on ${words(resource)}`;
    return `${joined(principal, held.is, change.verb, what)}${ending}`;
  }
  if (row.effect === "limit") return limitSentence(row, before, after);
  if (before?.principal.kind === "anyone" && row.principal.kind !== "anyone")
    return `${principal} may still ${deed}, which anyone could`;
  if (row.principal.kind === "anyone" && before && before.principal.kind !== "anyone")
    return `${words(before.principal)} may ${deed} as anyone may`;
  const other = elsewhere ? ` ${before === undefined ? ALSO_BY_ANOTHER_API : STILL_BY_ANOTHER_API}` : "";
  return `${joined(principal, "may", change.verb, deed)}${ending}${other}`;
}

/** The change of a grant, and of its condition. */
interface Change {
  readonly row: AccessRow;
  readonly verb: "now" | "no longer" | "";
  /** ` with a less strict condition`, or nothing. */
  readonly ending: string;
}

/** Verbs for roles, AWS actions and Google permissions, which a principal has; undefined for any other action. */
function heldAs({ effect, action }: AccessRow): { readonly is: string; readonly holds: string } | undefined {
  if (effect === "deny") return { is: "is", holds: "denied" };
  if (action.kind === "google-role" && action.permissions === undefined) return { is: "", holds: "has" };
  const isHeld = action.kind === "aws-actions" || action.kind === "aws-policy" || action.kind === "google-role";
  return isHeld ? { is: "is", holds: "allowed" } : undefined;
}

function unreadSentence({ row: { resource, conditions }, verb }: Change): string {
  const [on, why] = [words(resource), conditionWords(conditions)];
  if (verb === "no longer") return `${on} no longer has grants that the review cannot interpret: ${why}`;
  return `the review cannot interpret what ${on} grants: ${why}`;
}

function limitSentence(row: AccessRow, before: AccessRow | undefined, after: AccessRow | undefined): string {
  const [principal, resource] = [words(row.principal), words(row.resource)];
  if (after === undefined) return `${principal} no longer has a usage limit on ${resource}`;
  const now = conditionWords(after.conditions);
  if (before === undefined) return `${principal} now has a usage limit on ${resource}: ${now}`;
  return `the usage limit of ${principal} on ${resource} changed: ${conditionWords(before.conditions)} → ${now}`;
}

/** Deeds that name their resource, in place of `it` in the permission. */
const DEEDS: Readonly<Partial<Record<Fact["kind"], (resource: string) => string>>> = {
  "call-past": (resource) => `call ${resource} past the gateway`,
  "function-url": (resource) => `call ${resource} by its function URL`,
  impersonate: (resource) => `impersonate ${resource}, from anywhere`,
  invoke: (resource) => `invoke ${resource}`,
};

/** The preposition between a permission and its resource, if it is not `on`. */
const PREPOSITIONS: Readonly<Partial<Record<Fact["kind"], string>>> = {
  "copy-logs": "to",
  "create-users": "in",
  "cross-origin": "to",
  federate: "at",
  "get-challenge": "of",
  "get-id-tokens": "as",
  "get-tokens": "from",
  "issue-scopes": "of",
  "read-errors": "from",
  "read-document": "of",
  "read-logs": "in",
  "read-value": "from",
  "send-requests": "to",
  "sign-in": "in",
  "user-pool-trigger": "of",
  "write-gateway-logs": "as",
};

function deedOf(row: AccessRow, routes = calledRoute(row)): string {
  const { action, resource } = row;
  if (action.kind === "call")
    return action.mcp === undefined ? `call ${routes}` : `call the MCP server ${action.mcp} (${routes})`;
  const named = DEEDS[action.kind]?.(words(resource));
  return named ?? `${words(action)} ${PREPOSITIONS[action.kind] ?? "on"} ${words(resource)}`;
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** Words for protective attributes, by path. Types share an entry if the meaning is the same. */
const GUARD_WORDS: Readonly<Record<string, string>> = {
  [GUARDS.presence]: "its presence",
  access_log_settings: "access log",
  access_token_validity: "access token lifetime",
  block_public_policy: "block of public policies",
  deletion_protection: "deletion protection",
  disable_execute_api_endpoint: "block of the default endpoint",
  enable_token_revocation: "token revocation",
  id_token_validity: "ID token lifetime",
  "lifecycle.prevent_destroy": "prevent_destroy",
  max_session_duration: "maximum session duration",
  metric_query: "alarm expression",
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
  "template.scaling.max_instance_count": "maximum of instances",
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

/** Characters of a value in a sentence, which must identify it: an allowance is such a sentence. */
const MOST_OF_VALUE = 100;

/** A change of a protection in words, with its values and its address. */
export function guardSentence(change: GuardChange): string {
  const { address, guard, before, after, effect, doubt, thing } = change;
  if (/^aws_secretsmanager_secret_rotation\./.test(address)) return rotationSentence(change);
  const moved = Object.hasOwn(MOVES, guard) ? MOVES[guard]?.(change) : undefined;
  if (moved !== undefined) return moved;
  if (doubt) return doubtSentence(change);
  const of = thing ?? thingOf(address);
  const at = of === address ? "" : ` (${address})`;
  const protection = typeOf(address.split(".", 1)[0] ?? "").protection?.words;
  if (guard === GUARDS.presence && protection !== undefined)
    return `${of} ${effect === "narrowed" ? "now" : "no longer"} has ${protection}${at}`;
  if (guard === IGNORED) return `${of}: ${ignoredWords(change)}${at}`;
  const [was, is] = [before, after].map((value) => abridged(value, MOST_OF_VALUE));
  const means = `${effect === "broadened" ? "weaker" : "stronger"}: ${was} → ${is}`;
  return `${of}: ${Object.hasOwn(GUARD_WORDS, guard) ? GUARD_WORDS[guard] : guard} is ${means}${at}`;
}

/** The attributes that Terraform no longer restores, or restores again, if others change them. */
function ignoredWords({ before, after }: GuardChange): string {
  const [was, is] = [before, after].map(ignoredIn) as [readonly string[], readonly string[]];
  const [left, back] = [is.filter((path) => !was.includes(path)), was.filter((path) => !is.includes(path))];
  return [
    ...(left.length > 0 ? [`Terraform no longer restores ${left.join(", ")} if others change it`] : []),
    ...(back.length > 0 ? [`Terraform restores ${back.join(", ")} again if others change it`] : []),
  ].join("; ");
}

function ignoredIn(shown: string): readonly string[] {
  return [...shown.matchAll(/"([^"]+)"/g)].map(([, path = ""]) => path);
}

/** What is made again elsewhere or under another name, and for a person to judge, what no file shows. */
const MOVES: Readonly<Record<string, (change: GuardChange) => string>> = {
  [GUARDS.region]: ({ address, before, after }) =>
    `${address.endsWith("aws") ? "AWS" : "Google Cloud"} moves from ${before} to ${after}: every regional resource is made ` +
    "again there, and the old one is destroyed with what it holds",
  [GUARDS.account]: ({ before, after }) =>
    `AWS moves from account ${before} to ${after}: everything is made again there, and the account's administrators decide on it`,
  [GUARDS.project]: ({ before, after }) =>
    `Google Cloud moves from project ${before} to ${after}: everything is made again there, and the project's owners decide on it`,
  [GUARDS.name]: ({ address, before, after }) =>
    address === "name"
      ? `every name that starts with ${before} now starts with ${after}: everything is made again, and the old one is destroyed with what it holds`
      : `${thingOf(address)} is made again as ${after}, and ${before} is destroyed with what it holds (${address})`,
  [GUARDS.state]: ({ effect, before, after }) =>
    `Terraform's state moves: ${before} → ${after}${effect === "unjudged" ? ", and those who can read it there can read every value in it" : ""}`,
  [GUARDS.existingService]: ({ address, thing, before, after }) =>
    `calls to the existing service ${address.split(".").at(-1)} go to the one in ${thing} ${after} in place of ${before}`,
};

/** Terraform's reasons for which it defers a change. */
const DEFERRED: Readonly<Record<string, string>> = {
  absent_prereq: "what it needs does not exist yet",
  deferred_prereq: "what it needs is deferred as well",
  instance_count_unknown: "count or for_each is not known yet",
  provider_config_unknown: "its provider's settings are not known yet",
  resource_config_unknown: "its settings are not known yet",
};

/** A change of which it is unknown whether the new value is weaker, in words. */
function doubtSentence({ address, guard, before, after, effect, known }: GuardChange): string {
  if (guard === GUARDS.created && known) return `${address} is new, which counts as broader: ${after}`;
  if (guard === GUARDS.created) return `${address} is new, and the review cannot judge what it opens: ${after}`;
  if (guard === GUARDS.leftUnmanaged) return `${address} is no longer managed by Terraform: ${after}`;
  if (guard === GUARDS.configuration)
    return `${address}: this plan's configuration is not what config/ gives: ${after}`;
  if (guard === GUARDS.runs) return `${address}: the apply runs ${after}, and the review cannot judge what that does`;
  if (guard === GUARDS.deferred)
    return `${address} is left to a later plan, and the review cannot judge what that opens: ${Object.hasOwn(DEFERRED, after) ? DEFERRED[after] : after}`;
  if (guard === GUARDS.destroyed) return `${address} is gone, which the review cannot judge`;
  const what = guard === GUARDS.wholeBody ? address : `${address}: ${guard}`;
  const means = effect === "unjudged" ? "a person judges" : known ? "counts as broader" : "the review cannot judge";
  return `${what} changed, which ${means}: ${before} → ${after}`;
}

/** A change in the rotation of a client's secret, in words, in days. */
function rotationSentence({ address, before, after, thing }: GuardChange): string {
  if (thing !== undefined)
    return `AWS secret ${thing} now rotates every ${after} days, by a function of its own (${address})`;
  if (after === "true") return `a client secret now rotates (${address})`;
  if (after === "false") return `a client secret no longer rotates: it stays valid until you change it (${address})`;
  return `a client secret rotates every ${after} days instead of every ${before} (${address})`;
}
