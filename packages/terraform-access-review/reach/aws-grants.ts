import { type Place, placeOf } from "../model/place";
import { attachedByList, inlinePoliciesOf, type Statement, statementsOf } from "../terraform-json/iam-statements";
import { replaceReferences } from "../terraform-json/references";
import {
  type Attributes,
  isFields,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { roleArn } from "./google-grants";
import type { Action, Condition, Grant, Principal, Scope } from "./grant";
import { actionsOfPolicy } from "./roles";

/** Every grant in AWS that a stack declares: policies of identities, trust policies, and policies of resources. */
export function awsGrants(stack: StackJson): readonly Grant[] {
  const types = Object.keys(stack.resource).filter((type) => type.startsWith("aws_") && !IDENTITY_POLICY.test(type));
  return [
    ...identityGrants(stack),
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => {
      const scope: Scope = { kind: "one", key: ownArn(stack, role) };
      return statements(stack, role.attributes.assume_role_policy, placeOf(role, "assume_role_policy"), { scope });
    }),
    ...types.flatMap((type) =>
      resourcesOf(stack, type)
        .filter(({ attributes }) => typeof attributes.policy === "string")
        .flatMap((resource) =>
          statements(stack, resource.attributes.policy, placeOf(resource, "policy"), attachedTo(stack, resource)),
        ),
    ),
    ...resourcesOf(stack, "aws_lambda_function").map((code): Grant => {
      return {
        effect: "allow",
        principal: { kind: "function", id: code.address },
        action: { kind: "runs-as" },
        scope: { kind: "one", key: withoutPath(arnIn(stack, code.attributes.role)) },
        conditions: [],
        from: placeOf(code, "role"),
      };
    }),
  ];
}

/** A secret's policy is about that secret, whatever it names. */
function attachedTo(stack: StackJson, resource: Resource): { readonly scope?: Scope } {
  const { type, attributes } = resource;
  const isOwn = type === "aws_secretsmanager_secret";
  if (!isOwn && type !== "aws_secretsmanager_secret_policy") return {};
  const arn = isOwn ? ownArn(stack, resource) : arnIn(stack, attributes.secret_arn);
  return { scope: { kind: "arns", patterns: [arn], not: false } };
}

/** Types whose policy belongs to a principal, so the policy names none. */
const IDENTITY_POLICY = /^aws_iam_((group|role|user)_)?policy$/;

function identityGrants(stack: StackJson): readonly Grant[] {
  const holder = ({ group, role, user }: Attributes): Principal =>
    group === undefined
      ? named(stack, role === undefined ? "user" : "role", role ?? user)
      : { kind: "group", id: String(group) };
  return [
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy$/).flatMap((each) =>
      statements(stack, each.attributes.policy, placeOf(each, "policy"), { principal: holder(each.attributes) }),
    ),
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy_attachment$/).flatMap((each) =>
      attached(stack, holder(each.attributes), each.attributes.policy_arn, placeOf(each, "policy_arn")),
    ),
    // Its groups, roles and users are not read one by one.
    ...resourcesOf(stack, "aws_iam_policy_attachment").flatMap((each) =>
      attached(stack, { kind: "unknown", id: each.address }, each.attributes.policy_arn, placeOf(each, "policy_arn")),
    ),
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy_attachments_exclusive$/).flatMap((each) => {
      const { role_name: role, user_name: user, group_name: group } = each.attributes;
      return attachedByList(stack, each).flatMap((arn) =>
        attached(stack, holder({ role, user, group }), arn, placeOf(each, "policy_arns")),
      );
    }),
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => {
      const principal: Principal = { kind: "aws-role", id: ownArn(stack, role) };
      return [
        ...inlinePoliciesOf(role.attributes).flatMap(({ policy }) =>
          statements(stack, policy, placeOf(role, "inline_policy"), { principal }),
        ),
        ...listOf(role.attributes.managed_policy_arns).flatMap((arn) =>
          attached(stack, principal, arn, placeOf(role, "managed_policy_arns")),
        ),
      ];
    }),
  ];
}

/** A policy of this stack by its content; an AWS managed policy by its name. */
function attached(stack: StackJson, principal: Principal, arn: unknown, from: Place): readonly Grant[] {
  const own = referred(stack, arn);
  if (own?.type === "aws_iam_policy") return statements(stack, own.attributes.policy, from, { principal });
  const action: Action = { kind: "policy", arn: String(arn), actions: actionsOfPolicy(String(arn)) };
  return [{ effect: "allow", principal, action, scope: { kind: "all", of: "AWS" }, conditions: [], from }];
}

/** The grants of a readable document. Any other has a row NOT READ. */
function statements(
  stack: StackJson,
  policy: unknown,
  from: Place,
  given: { readonly principal?: Principal; readonly scope?: Scope },
): readonly Grant[] {
  return (statementsOf(policy) ?? []).flatMap((statement) => {
    const { Action: does, NotAction, Resource: on, NotResource } = statement;
    const action: Action = { kind: "actions", patterns: listOf(does ?? NotAction), not: NotAction !== undefined };
    const scope: Scope = given.scope ?? {
      kind: "arns",
      patterns: listOf(on ?? NotResource).map((text) => arnIn(stack, text)),
      not: NotResource !== undefined,
    };
    const holders = given.principal === undefined ? principalsOf(stack, statement) : [given.principal];
    const effect = statement.Effect === "Deny" ? "deny" : "allow";
    const conditions = conditionsOf(stack, statement);
    return holders.map((principal) => ({ effect, principal, action, scope, conditions, from }));
  });
}

function conditionsOf(stack: StackJson, { Condition: by }: Statement): readonly Condition[] {
  if (!isFields(by)) return [];
  return Object.entries(by).flatMap(([operator, keys]) =>
    Object.entries(isFields(keys) ? keys : {}).map(([key, values]) => {
      return { operator, key, values: listOf(values).map((text) => arnIn(stack, text)) };
    }),
  );
}

function principalsOf(stack: StackJson, { Principal: who, NotPrincipal }: Statement): readonly Principal[] {
  if (NotPrincipal !== undefined || who === undefined)
    return [{ kind: "unknown", id: JSON.stringify({ NotPrincipal }) }];
  if (!isFields(who)) return listOf(who).map((text) => awsPrincipal(stack, text));
  return Object.entries(who).flatMap(([kind, values]) =>
    listOf(values).map((text): Principal => {
      if (kind === "AWS") return awsPrincipal(stack, text);
      if (kind === "Service") return { kind: "aws-service", id: text };
      return { kind: kind === "Federated" ? "federated-set" : "unknown", id: text };
    }),
  );
}

function awsPrincipal(stack: StackJson, text: string): Principal {
  if (text === "*") return { kind: "anyone", id: "*" };
  const arn = arnIn(stack, text);
  const [, account, session] = /^arn:aws:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/.exec(arn) ?? [];
  if (session !== undefined) return { kind: "aws-role", id: roleArn(account, session) };
  if (/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)) return { kind: "aws-role", id: withoutPath(arn) };
  if (/^arn:aws:iam::\d{12}:user\/[\w+=,.@/-]+$/.test(arn)) return { kind: "aws-user", id: arn };
  if (/^(arn:aws:iam::)?\d{12}(:root)?$/.test(arn)) return { kind: "aws-account", id: arn };
  return { kind: "unknown", id: text };
}

function named(stack: StackJson, kind: "role" | "user", text: unknown): Principal {
  const own = referred(stack, text);
  if (own?.type === "aws_iam_role") return { kind: "aws-role", id: ownArn(stack, own) };
  const name = own?.attributes.name ?? text;
  return kind === "role"
    ? { kind: "aws-role", id: roleArn(accountOf(stack), name) }
    : { kind: "aws-user", id: `arn:aws:iam::${accountOf(stack)}:user/${name}` };
}

/** A role's name is unique in its account, whatever its path. */
function withoutPath(arn: string): string {
  return arn.replace(/^(arn:aws:iam::\d{12}:role\/)(?:.*\/)?([^/]+)$/, "$1$2");
}

export function accountOf({ provider }: StackJson): string {
  return listOf(provider.aws?.[0]?.allowed_account_ids)[0] ?? "";
}

function regionOf({ provider }: StackJson): string {
  return String(provider.aws?.[0]?.region ?? "");
}

/** By type, the ARN of a resource of this stack. */
const ARNS: Readonly<Record<string, (place: string, attributes: Attributes) => string>> = {
  aws_cognito_user_pool: (place) => `arn:aws:cognito-idp:${place}:userpool/`,
  aws_lambda_function: (place, { function_name }) => `arn:aws:lambda:${place}:function:${function_name}`,
  // AWS adds six characters to a secret's name.
  aws_secretsmanager_secret: (place, { name }) => `arn:aws:secretsmanager:${place}:secret:${name}-AAAAAA`,
};

export function ownArn(stack: StackJson, { type, address, attributes }: Resource): string {
  if (type === "aws_iam_role") return roleArn(accountOf(stack), attributes.name);
  const arn = ARNS[type]?.(`${regionOf(stack)}:${accountOf(stack)}`, attributes);
  // A user pool's id is known after an apply.
  return arn === undefined || arn.endsWith("/") ? `${arn ?? ""}<${address}>` : arn;
}

/** A text with the ARNs of this stack's resources in place of references to them. */
function arnIn(stack: StackJson, text: unknown): string {
  return replaceReferences(String(text), ({ attribute }, written) => {
    const resource = referred(stack, written);
    if (resource === undefined) return written;
    if (/^(arn|id|qualified_arn)$/.test(attribute)) return ownArn(stack, resource);
    return attribute === "name" ? String(resource.attributes.name) : `<${resource.address}.${attribute}>`;
  });
}
