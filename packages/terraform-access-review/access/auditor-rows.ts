import { type Fact, factKey, isSame, type Named } from "../model/fact";
import { type Place, placeOf } from "../model/place";
import type { AccessRow } from "../model/row";
import {
  type Attributes,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../terraform-json/stack-json";
import { named, readable } from "../types/named";
import { awsPolicies } from "./aws-policies";
import { memberOf } from "./google-rows";

/** AWS actions that read or find a log, without `logs:Unmask`. */
const READS = /^logs:(Describe|Filter|Get|Start)\w+$/;

/** Google's grants on a log view. */
const VIEW_GRANT = /^google_logging_log_view_iam_(binding|member)$/;

/**
 * Principals that read the logs of either cloud. A row says `nothing else` only if the role denies the rest and no other
 * row of the ledger names the same principal.
 */
export function auditorRows(stack: StackJson, others: readonly AccessRow[]): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_iam_role")
      .filter(({ name }) => name === "auditors")
      .flatMap((role) => roleRows(stack, role, others)),
    ...resourcesOf(stack, VIEW_GRANT).flatMap((grant) => viewRows(stack, grant, others)),
    ...routedRows(stack),
  ];
}

function roleRows(stack: StackJson, role: Resource, others: readonly AccessRow[]): readonly AccessRow[] {
  const policies = awsPolicies(stack);
  const own = policies.filter(({ holder }) => holder?.own?.address === role.address);
  const statements = own.flatMap((policy) => (policy.arn === undefined ? (policy.statements ?? []) : []));
  const allowed = statements.filter(({ Effect }) => Effect === "Allow");
  const on = allowed.flatMap(({ Resource: resource }) => listOf(resource)).filter((text) => text !== "*");
  const groups = [...new Map(on.map((text) => readable(stack, text)).map((group) => [factKey(group), group])).values()];
  const name = named(role);
  const actions = allowed.filter(({ NotAction }) => NotAction === undefined).flatMap(({ Action }) => listOf(Action));
  const more: readonly Deed[] = [
    ...actions.filter((action) => !READS.test(action)).map((action): Deed => ({ kind: "action", action })),
    ...(allowed.some(({ NotAction }) => NotAction !== undefined) ? [{ kind: "all-except-some" } as const] : []),
    ...own.flatMap(({ arn }): readonly Deed[] => (arn === undefined ? [] : [{ kind: "aws-policy", arn }])),
    ...others.filter((row) => isSame(row.principal, name) && !isOfPolicies(row)).map(deed),
  ];
  const later: readonly Deed[] = statements.some(deniesTheRest) ? [] : [{ kind: "later-policies" }];
  const trust = policies.filter(({ kind, by }) => kind === "trust" && by.address === role.address);
  const auditors = trust.flatMap((policy) => policy.statements ?? []).flatMap(({ Principal }) => texts(Principal));
  return auditors.map((text) => {
    const principal = text === "*" ? ({ kind: "any-principal" } as const) : readable(stack, text);
    const isTrust = (each: AccessRow) => isAssumption(each) && isSame(each.resource, name);
    const otherDeeds = naming(principal, text, others).filter((each) => !isTrust(each));
    const deeds = [...more, ...otherDeeds.map(deed), ...later];
    return row(principal, { cloud: "aws", by: name }, groups, deeds, placeOf(role, "assume_role_policy"));
  });
}

type Deed = Fact<"also">["deeds"][number];

/** Whether a row is the trust policy's half of a grant to assume a role. */
export function isAssumption({ effect, action }: AccessRow): boolean {
  if (effect === "deny" || action.kind !== "aws-actions" || action.trust !== true) return false;
  return !action.not && action.actions.join() === "sts:AssumeRole";
}

/** Rows of the role's own policies about logs, of what it is denied, and of attached policies. */
function isOfPolicies({ effect, action }: AccessRow): boolean {
  if (effect === "deny" || action.kind === "aws-policy") return true;
  return action.kind === "aws-actions" && !action.not && action.actions[0]?.startsWith("logs:") === true;
}

/** Whether the statement denies all other actions, so that a permission added by hand has no effect. */
function deniesTheRest({ Effect, NotAction, Resource: resource, Condition }: Attributes): boolean {
  const spared = listOf(NotAction);
  return (
    Effect === "Deny" &&
    resource === "*" &&
    Condition === undefined &&
    spared.length > 0 &&
    spared.every((action) => READS.test(action))
  );
}

function viewRows(stack: StackJson, grant: Resource, others: readonly AccessRow[]): readonly AccessRow[] {
  const { name, members, member } = grant.attributes;
  const view = referred(stack, name);
  const by =
    view === undefined
      ? ({ kind: "resource", type: "google_logging_log_view", name: String(name) } as const)
      : named(view);
  const filter: unknown = view?.attributes.filter;
  const what: Contents =
    filter === undefined ? { kind: "all-logs", of: "bucket" } : { kind: "log-filter", filter: String(filter) };
  return listOf(members ?? member).map((text) => {
    const principal = memberOf(stack, text);
    const isThis = ({ action, resource }: AccessRow) =>
      action.kind === "google-role" && action.role === "roles/logging.viewAccessor" && isSame(resource, by);
    const deeds = naming(principal, text, others)
      .filter((each) => !isThis(each))
      .map(deed);
    return row(principal, { cloud: "google", by }, [what], deeds, placeOf(grant, "role"));
  });
}

/**
 * Rows that give the same principal something, under its own name or as a caller.
 *
 * @param text the principal as in the stack
 */
function naming(own: Fact, text: string, others: readonly AccessRow[]): readonly AccessRow[] {
  return others.filter(
    ({ principal }) => isSame(principal, own) || (principal.kind === "caller" && principal.name.endsWith(`/${text}`)),
  );
}

function deed({ effect, action, resource }: AccessRow): Deed {
  return { kind: "deed", of: { effect, action, resource } };
}

type Contents = Fact<"log-contents">["logs"][number];

/**
 * @param logs the logs that it may read
 * @param deeds other permissions of the same principal
 */
function row(
  principal: AccessRow["principal"],
  through: { readonly cloud: "aws" | "google"; readonly by: Named },
  logs: readonly Contents[],
  deeds: readonly Deed[],
  from: Place,
): AccessRow {
  const alone: readonly Fact[] = deeds.length === 0 ? [{ kind: "nothing-else" }] : [];
  const terms = logs.flatMap((each) => (each.kind === "log-filter" ? each.filter.split(" AND ") : []));
  const isOfTerms = (each: Contents) => each.kind === "log-filter" && each.filter.includes(" AND ");
  return {
    effect: "allow",
    principal,
    action: { kind: "read-logs" },
    resource: { kind: "log-access", ...through },
    conditions: [
      { kind: "log-contents", logs },
      ...alone,
      ...(deeds.length > 0 ? [{ kind: "also", deeds } as const] : []),
    ],
    terms: {
      permits: [...logs.filter((each) => !isOfTerms(each)), ...deeds],
      requires: [...(terms.length > 1 ? terms : []).map((text): Fact => ({ kind: "filter-term", text })), ...alone],
    },
    from,
  };
}

/** The contents of a log bucket with readers, by the filter of each sink. */
function routedRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "google_logging_project_sink").map((sink) => {
    const { filter, destination, disabled } = sink.attributes;
    const isAll = filter === undefined || filter === "";
    const all = { kind: "all-logs", of: "project" } as const;
    return {
      effect: disabled === true ? "deny" : "allow",
      principal: named(sink),
      action: { kind: disabled === true ? "log-copying" : "copy-logs" },
      resource: readable(stack, String(destination).replace(/^logging\.googleapis\.com\//, "")),
      conditions: [isAll ? all : { kind: "log-filter", filter: String(filter) }],
      terms: { permits: isAll ? [all] : admitted(String(filter)) },
      from: placeOf(sink, "filter"),
    };
  });
}

/** `("a" OR "b")` and `^(a|b)…$` admit two values each, whatever the surrounding text. */
function admitted(filter: string): readonly Fact[] {
  return filter.split(/(?<=\)) OR (?=\()/).flatMap((alternative): readonly Fact[] => {
    const names = [...alternative.matchAll(/=\(((?:"[^"]*"(?: OR )?)+)\)|\^\(([^()]*)\)/g)];
    const around = names.reduce((text, [whole]) => text.replace(whole, "…"), alternative);
    const listed = names.flatMap(([, quoted, bare]) =>
      quoted === undefined ? (bare ?? "").split("|") : [...quoted.matchAll(/"([^"]*)"/g)].map(([, name = ""]) => name),
    );
    return [
      { kind: "filter-term", text: around },
      ...listed.map((name): Fact => ({ kind: "filter-term", text: around, name })),
    ];
  });
}
