import { type AccessRow, TRUSTED } from "../model/row";
import { inlinePoliciesOf } from "../terraform-json/iam-statements";
import {
  type Attributes,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { readStatements } from "./aws-rows";

/** The permission of auditors. Only its row also reports that the principal has no other permission. */
export const READ_LOGS = "read the logs";

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
  const own = (type: string) =>
    resourcesOf(stack, type).filter(({ attributes }) => referred(stack, attributes.role)?.address === role.address);
  const policies = [
    ...own("aws_iam_role_policy").map(({ attributes }) => attributes),
    ...inlinePoliciesOf(role.attributes),
  ];
  const statements = policies.flatMap(({ policy }) => readStatements(policy));
  const allowed = statements.filter(({ Effect }) => Effect === "Allow");
  const named = allowed.flatMap(({ Resource: resource }) => listOf(resource)).filter((text) => text !== "*");
  const groups = [...new Set(named.map((text) => readable(stack, text)))];
  const name = inWords(role);
  const more = [
    ...allowed.flatMap((each) =>
      each.NotAction === undefined ? listOf(each.Action) : ["everything except some actions"],
    ),
    ...own("aws_iam_role_policy_attachment").map(({ attributes }) => `all of ${attributes.policy_arn}`),
    ...listOf(role.attributes.managed_policy_arns).map((arn) => `all of ${arn}`),
  ].filter((action) => !READS.test(action));
  const ofRole = others.filter(
    ({ principal, permission }) => principal === name && !/^(logs:|DENY |all of )/.test(permission),
  );
  const later = statements.some(deniesTheRest) ? [] : ["WHATEVER POLICY IS ATTACHED LATER"];
  const auditors = readStatements(role.attributes.assume_role_policy).flatMap(({ Principal }) => texts(Principal));
  return auditors.map((principal) => {
    const trusted = (row: AccessRow) => row.resource === name && row.permission === TRUSTED;
    const otherDeeds = [...ofRole, ...naming(principal, others).filter((row) => !trusted(row))].map(deed);
    return row(principal, `AWS as ${name}`, groups, [...more, ...otherDeeds, ...later]);
  });
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

function viewRows(stack: StackJson, { attributes }: Resource, others: readonly AccessRow[]): readonly AccessRow[] {
  const view = referred(stack, attributes.name);
  const name = view === undefined ? `log view ${attributes.name}` : inWords(view);
  const what = view?.attributes.filter === undefined ? ["EVERYTHING IN ITS BUCKET"] : [String(view.attributes.filter)];
  return listOf(attributes.members ?? attributes.member).map((principal) => {
    const isThis = (row: AccessRow) => row.resource === name && row.permission === "roles/logging.viewAccessor";
    const otherRows = naming(principal, others).filter((each) => !isThis(each));
    return row(principal, `Google Cloud through ${name}`, what, otherRows.map(deed));
  });
}

/** Rows that give the same principal something, under its own name or as a caller. */
function naming(name: string, others: readonly AccessRow[]): readonly AccessRow[] {
  return others.filter(({ principal }) => principal === name || principal.endsWith(`/${name}`));
}

function deed({ permission, resource }: AccessRow): string {
  return `${permission} on ${resource}`;
}

/**
 * @param what the logs that it may read
 * @param more other permissions of the same principal
 */
function row(principal: string, resource: string, what: readonly string[], more: readonly string[]): AccessRow {
  const alone = more.length === 0 ? ["nothing else: no secret, no token, no service"] : [];
  const filters = what.filter((text) => text.includes(" AND "));
  const names = what.filter((text) => !filters.includes(text));
  return {
    principal,
    permission: READ_LOGS,
    resource,
    condition: `${what.join(", ")}; ${alone[0] ?? `AND ${more.join(", ")}`}`,
    terms: { permits: [...names, ...more], requires: [...filters.flatMap((text) => text.split(" AND ")), ...alone] },
  };
}

/** The contents of a log bucket with readers, by the filter of each sink. */
function routedRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "google_logging_project_sink").map((sink) => {
    const { filter, destination, disabled } = sink.attributes;
    const isAll = filter === undefined || filter === "";
    return {
      principal: inWords(sink),
      permission: disabled === true ? "DENY the copying of logs" : "copy logs",
      resource: readable(stack, destination).replace(/^logging\.googleapis\.com\//, ""),
      condition: isAll ? "EVERY LOG OF THE PROJECT" : String(filter),
      terms: { permits: isAll ? ["every log"] : admitted(String(filter)) },
    };
  });
}

/** `("a" OR "b")` and `^(a|b)…$` admit two values each, whatever the surrounding text. */
function admitted(filter: string): readonly string[] {
  return filter.split(/(?<=\)) OR (?=\()/).flatMap((alternative) => {
    const names = [...alternative.matchAll(/=\(((?:"[^"]*"(?: OR )?)+)\)|\^\(([^()]*)\)/g)];
    const around = names.reduce((text, [whole]) => text.replace(whole, "…"), alternative);
    const listed = names.flatMap(([, quoted, bare]) =>
      quoted === undefined ? (bare ?? "").split("|") : [...quoted.matchAll(/"([^"]*)"/g)].map(([, name = ""]) => name),
    );
    return [around, ...listed.map((name) => `${around} ${name}`)];
  });
}
