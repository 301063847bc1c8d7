import { type AccessRow, ANY_PRINCIPAL, RUN_AS } from "../model/row";
import { inlinePoliciesOf, type Statement, statementsOf } from "../terraform-json/iam-statements";
import {
  type Attributes,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";

/** Every statement of every AWS policy: trust, permissions, resource policies, and permissions to invoke a function. */
export function awsRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => trustRows(stack, role)),
    ...identityRows(stack),
    ...typesWithPolicies(stack)
      .flatMap((type) => resourcesOf(stack, type))
      .filter(({ attributes }) => typeof attributes.policy === "string")
      .flatMap(({ attributes }) => statementRows(stack, attributes.policy)),
    ...resourcesOf(stack, "aws_lambda_permission").map((permission) => invocationRow(stack, permission)),
  ];
}

/** The statements that rows report. A document that is not completely readable has none: it has a row NOT READ instead. */
export function readStatements(policy: unknown): readonly Statement[] {
  return statementsOf(policy) ?? [];
}

/** A row for each principal and each resource of each statement, or for those in `given`. */
function statementRows(
  stack: StackJson,
  policy: unknown,
  given: { readonly principal?: string; readonly resource?: string } = {},
): readonly AccessRow[] {
  return readStatements(policy).flatMap((statement) => {
    const named = listed(statement.Resource, statement.NotResource).map((text) => readable(stack, text));
    const resources = given.resource === undefined ? named : [given.resource];
    const holders = given.principal === undefined ? principals(stack, statement) : [given.principal];
    const rest = conditions(stack, statement);
    return holders.flatMap((principal) =>
      resources.map((resource) => ({ principal, permission: verb(statement), resource, ...rest })),
    );
  });
}

function trustRows(stack: StackJson, role: Resource): readonly AccessRow[] {
  const rows = statementRows(stack, role.attributes.assume_role_policy, { resource: inWords(role) });
  return rows.map((row) => ({ ...row, permission: `${row.permission} (trust policy)` }));
}

/** Permissions of roles, users and groups: by their own policies, by those inside a role, by attached ones. */
function identityRows(stack: StackJson): readonly AccessRow[] {
  const holder = ({ group, role, user }: Attributes) => wordsOf(stack, role ?? user ?? group);
  return [
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy$/).flatMap(({ attributes }) =>
      permissionRows(stack, holder(attributes), attributes.policy),
    ),
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy_attachment$/).flatMap(({ attributes }) =>
      attachedRows(stack, holder(attributes), attributes.policy_arn),
    ),
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => [
      ...inlinePoliciesOf(role.attributes).flatMap(({ policy }) => permissionRows(stack, inWords(role), policy)),
      ...listOf(role.attributes.managed_policy_arns).flatMap((arn) => attachedRows(stack, inWords(role), arn)),
    ]),
  ];
}

function permissionRows(stack: StackJson, principal: string, policy: unknown): readonly AccessRow[] {
  return statementRows(stack, policy, { principal }).map((row) => ({ ...row, resource: ownRole(stack, row.resource) }));
}

/** A policy of this stack by its content; an AWS managed policy by its name. */
function attachedRows(stack: StackJson, principal: string, arn: unknown): readonly AccessRow[] {
  const own = referred(stack, arn);
  if (own?.type === "aws_iam_policy") return permissionRows(stack, principal, own.attributes.policy);
  return [{ principal, permission: `all of ${arn}`, resource: "AWS", condition: "-" }];
}

/** Types whose policy belongs to a principal, so the policy names none, or grants nothing until it is attached. */
const IDENTITY_POLICY = /^aws_iam_((group|role|user)_)?policy$/;

/** Any type may have its own policy, but most types of a big stack have none. */
function typesWithPolicies({ resource }: StackJson): readonly string[] {
  return Object.keys(resource)
    .filter((type) => type.startsWith("aws_") && !IDENTITY_POLICY.test(type))
    .filter((type) => Object.values(resource[type] ?? {}).some(({ policy }) => typeof policy === "string"));
}

function invocationRow(stack: StackJson, { attributes }: Resource): AccessRow {
  return {
    principal: String(attributes.principal),
    permission: String(attributes.action),
    resource: [attributes.function_name, attributes.qualifier]
      .filter((part) => part !== undefined && part !== null)
      .map((part) => wordsOf(stack, part))
      .join(", "),
    condition: attributes.source_arn ? `source ARN ${readable(stack, attributes.source_arn)}` : "ANY SOURCE ARN",
  };
}

/** The target of a reference, in words; the text itself if it refers to nothing in this stack. */
function wordsOf(stack: StackJson, reference: unknown): string {
  const resource = referred(stack, reference);
  return resource === undefined ? String(reference) : inWords(resource);
}

/** The ARN of a role in this account by its name, so that permission and trust read alike; any other text unchanged. */
export function ownRole({ provider }: StackJson, text: string): string {
  const accounts = (provider.aws ?? []).flatMap(({ allowed_account_ids }) => listOf(allowed_account_ids));
  return text.replace(/^arn:aws:iam::(\d{12}):role\//, (prefix, account) =>
    accounts.includes(account) ? "role " : prefix,
  );
}

function verb({ Effect, Action, NotAction }: Statement): string {
  return `${Effect === "Allow" ? "" : "DENY "}${listed(Action, NotAction).join(", ")}`;
}

function listed(some: unknown, not: unknown): readonly string[] {
  return not === undefined ? listOf(some) : [`everything except ${listOf(not).join(", ")}`];
}

function principals(stack: StackJson, { Principal, NotPrincipal }: Statement): readonly string[] {
  // An identity policy: it does not name its principal.
  if (NotPrincipal === undefined && Principal === undefined) return ["any principal with this policy"];
  if (NotPrincipal !== undefined) return [`${ANY_PRINCIPAL} except ${JSON.stringify(NotPrincipal)}`];
  if (typeof Principal === "string") return [Principal === "*" ? ANY_PRINCIPAL : Principal];
  return Object.values(Principal ?? {}).flatMap((value) =>
    // `{"AWS": "*"}` is the same as `"*"`.
    listOf(value).map((text) => (text === "*" ? ANY_PRINCIPAL : readable(stack, text))),
  );
}

/**
 * All of a statement's conditions must hold: one more is narrower, unless the statement denies. If it denies all
 * principals except those that it names, each name is a principal that it exempts.
 */
function conditions(stack: StackJson, { Condition, Effect }: Statement): Pick<AccessRow, "condition" | "terms"> {
  const operators = (Condition ?? {}) as Readonly<Record<string, Attributes>>;
  const words = (value: unknown) =>
    listOf(value)
      .map((text) => readable(stack, text))
      .join(" or ");
  const found = Object.entries(operators).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `${key} ${operator} ${words(value)}`),
  );
  const condition = found.join("; ") || "-";
  if (Effect === "Allow") return { condition, terms: { requires: found } };
  const { ArnNotEquals: { "aws:PrincipalArn": exempt = undefined, ...more } = {}, ...others } = operators;
  const isOfNames = exempt !== undefined && Object.keys({ ...more, ...others }).length === 0;
  return { condition, ...(isOfNames && { terms: { permits: listOf(exempt) } }) };
}

/** The role of each function, and the callers that bypass every gateway with the function's own URL. */
export function functionRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_lambda_function").map((each) => ({
      principal: inWords(each),
      permission: RUN_AS,
      resource: readable(stack, each.attributes.role),
      condition: "-",
    })),
    ...resourcesOf(stack, "aws_lambda_function_url").map(({ attributes }) => {
      const { authorization_type: type, function_name, qualifier, cors } = attributes;
      const named = referred(stack, function_name);
      const origins = listOf([cors].flat()[0]?.allow_origins);
      return {
        // Unless the type is AWS_IAM, the provider lets anyone invoke it.
        principal: type === "AWS_IAM" ? "principals with lambda:InvokeFunctionUrl" : "anyone",
        permission: "call it by its function URL",
        resource: named === undefined ? String(function_name) : inWords(named),
        condition: [
          type === "AWS_IAM" ? "SigV4 signature" : `PAST THE GATEWAY, authorization ${type}`,
          ...(qualifier ? [`its version ${qualifier}`] : []),
          ...(origins.length > 0 ? [`pages of ${origins.join(", ")} read responses`] : []),
        ].join("; "),
      };
    }),
  ];
}
