import type { Fact, Named, RowFacts } from "../model/fact";
import { type Place, placeOf } from "../model/place";
import type { AccessRow } from "../model/row";
import { attachedByList, inlinePoliciesOf, type Statement, statementsOf } from "../terraform-json/iam-statements";
import {
  type Attributes,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { named, ownRole, plain, readable } from "../types/named";

/** Every statement of every AWS policy: trust, permissions, resource policies, and permissions to invoke a function. */
export function awsRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => trustRows(stack, role)),
    ...identityRows(stack),
    ...typesWithPolicies(stack)
      .flatMap((type) => resourcesOf(stack, type))
      .filter(({ attributes }) => typeof attributes.policy === "string")
      .flatMap((resource) => statementRows(stack, resource.attributes.policy, { from: placeOf(resource, "policy") })),
    ...resourcesOf(stack, "aws_lambda_permission").map((permission) => invocationRow(stack, permission)),
  ];
}

/** The statements that rows report. A document that is not completely readable has none: it has a row NOT READ instead. */
export function readStatements(policy: unknown): readonly Statement[] {
  return statementsOf(policy) ?? [];
}

/** The values of a row that its statement does not give. */
interface Given {
  readonly from: Place;
  readonly principal?: RowFacts["principal"];
  readonly resource?: RowFacts["resource"];
}

/** A row for each principal and each resource of each statement, or for those in `given`. */
function statementRows(stack: StackJson, policy: unknown, given: Given): readonly AccessRow[] {
  return readStatements(policy).flatMap((statement) => {
    const { Effect, Action, NotAction, Resource: on, NotResource } = statement;
    const names = listOf(NotResource ?? on).map((text) => readable(stack, text));
    const own: readonly RowFacts["resource"][] = NotResource === undefined ? names : [{ kind: "all-except", names }];
    const resources = given.resource === undefined ? own : [given.resource];
    const holders = given.principal === undefined ? principals(stack, statement) : [given.principal];
    const row = {
      effect: Effect === "Allow" ? "allow" : "deny",
      action: { kind: "aws-actions", actions: listOf(NotAction ?? Action), not: NotAction !== undefined },
      ...conditions(stack, statement),
      from: given.from,
    } as const;
    return holders.flatMap((principal) => resources.map((resource) => ({ principal, resource, ...row })));
  });
}

function trustRows(stack: StackJson, role: Resource): readonly AccessRow[] {
  const from = placeOf(role, "assume_role_policy");
  return statementRows(stack, role.attributes.assume_role_policy, { from, resource: named(role) }).map((row) => ({
    ...row,
    action: { ...(row.action as Fact<"aws-actions">), trust: true },
  }));
}

/** Permissions of roles, users and groups: by their own policies, by those inside a role, by attached ones. */
function identityRows(stack: StackJson): readonly AccessRow[] {
  const holder = ({ group, role, user }: Attributes) => referredName(stack, role ?? user ?? group);
  return [
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy$/).flatMap((each) =>
      permissionRows(stack, holder(each.attributes), each.attributes.policy, placeOf(each, "policy")),
    ),
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy_attachment$/).flatMap((each) =>
      attachedRows(stack, holder(each.attributes), each.attributes.policy_arn, placeOf(each, "policy_arn")),
    ),
    ...resourcesOf(stack, "aws_iam_role_policy_attachments_exclusive").flatMap((list) =>
      attachedByList(stack, list).flatMap((arn) =>
        attachedRows(stack, referredName(stack, list.attributes.role_name), arn, placeOf(list, "policy_arns")),
      ),
    ),
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => [
      ...inlinePoliciesOf(role.attributes).flatMap(({ policy }) =>
        permissionRows(stack, named(role), policy, placeOf(role, "inline_policy")),
      ),
      ...listOf(role.attributes.managed_policy_arns).flatMap((arn) =>
        attachedRows(stack, named(role), arn, placeOf(role, "managed_policy_arns")),
      ),
    ]),
  ];
}

function permissionRows(stack: StackJson, principal: Named, policy: unknown, from: Place): readonly AccessRow[] {
  return statementRows(stack, policy, { principal, from }).map((row) => ({
    ...row,
    resource: row.resource.kind === "text" ? ownRole(stack, row.resource) : row.resource,
  }));
}

/** A policy of this stack by its content; an AWS managed policy by its name. */
function attachedRows(stack: StackJson, principal: Named, arn: unknown, from: Place): readonly AccessRow[] {
  const own = referred(stack, arn);
  if (own?.type === "aws_iam_policy") return permissionRows(stack, principal, own.attributes.policy, from);
  const action = { kind: "aws-policy", arn: String(arn) } as const;
  return [{ effect: "allow", principal, action, resource: { kind: "aws" }, conditions: [], from }];
}

/** Types whose policy belongs to a principal, so the policy names none, or grants nothing until it is attached. */
const IDENTITY_POLICY = /^aws_iam_((group|role|user)_)?policy$/;

/** Any type may have its own policy, but most types of a big stack have none. */
function typesWithPolicies({ resource }: StackJson): readonly string[] {
  return Object.keys(resource)
    .filter((type) => type.startsWith("aws_") && !IDENTITY_POLICY.test(type))
    .filter((type) => Object.values(resource[type] ?? {}).some(({ policy }) => typeof policy === "string"));
}

function invocationRow(stack: StackJson, permission: Resource): AccessRow {
  const { principal, action, function_name, qualifier, source_arn, source_account } = permission.attributes;
  const parts = [function_name, qualifier]
    .filter((part) => part !== undefined && part !== null)
    .map((part) => referredName(stack, part));
  return {
    effect: "allow",
    principal: plain(principal),
    action: { kind: "aws-actions", actions: [String(action)], not: false },
    resource: { kind: "function-version", parts },
    conditions: [
      source_arn ? { kind: "source-arn", arn: readable(stack, source_arn) } : { kind: "any-source-arn" },
      ...(source_account ? [{ kind: "source-account", account: String(source_account) } as const] : []),
    ],
    from: placeOf(permission, "principal"),
  };
}

/** The target of a reference; the text itself if it refers to nothing in this stack. */
function referredName(stack: StackJson, reference: unknown): Named {
  const resource = referred(stack, reference);
  return resource === undefined ? plain(reference) : named(resource);
}

function principals(
  stack: StackJson,
  { Principal, NotPrincipal }: Statement,
): readonly (Named | Fact<"any-principal" | "any-principal-except" | "policy-holders">)[] {
  // An identity policy: it does not name its principal.
  if (NotPrincipal === undefined && Principal === undefined) return [{ kind: "policy-holders" }];
  if (NotPrincipal !== undefined) return [{ kind: "any-principal-except", principals: JSON.stringify(NotPrincipal) }];
  if (typeof Principal === "string") return [Principal === "*" ? { kind: "any-principal" } : plain(Principal)];
  return Object.values(Principal ?? {}).flatMap((value) =>
    // `{"AWS": "*"}` is the same as `"*"`.
    listOf(value).map((text) => (text === "*" ? ({ kind: "any-principal" } as const) : readable(stack, text))),
  );
}

/**
 * All of a statement's conditions must hold: one more is narrower, unless the statement denies. If it denies all
 * principals or networks except those that it names, it exempts each of them.
 */
function conditions(stack: StackJson, { Condition, Effect }: Statement): Pick<AccessRow, "conditions" | "terms"> {
  const operators = (Condition ?? {}) as Readonly<Record<string, Attributes>>;
  const found = Object.entries(operators).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]): Fact => {
      return { kind: "aws-condition", key, operator, values: listOf(value).map((text) => readable(stack, text)) };
    }),
  );
  if (Effect === "Allow") return { conditions: found, terms: { requires: found } };
  const [only, ...others] = Object.entries(operators).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => ({ of: `${operator} ${key}`, values: listOf(value) })),
  );
  const exempt = others.length > 0 ? undefined : EXEMPT[only?.of ?? ""];
  return { conditions: found, ...(exempt && { terms: { permits: (only?.values ?? []).map(exempt) } }) };
}

/** By the only condition of a denial: what each of its values exempts. */
const EXEMPT: Readonly<Partial<Record<string, (value: string) => Fact>>> = {
  "ArnNotEquals aws:PrincipalArn": (arn) => ({ kind: "exempt-principal", arn }),
  "NotIpAddress aws:SourceIp": (cidr) => ({ kind: "exempt-network", cidr }),
};

/** The role of each function, and the callers that bypass every gateway with the function's own URL. */
export function functionRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_lambda_function").map((each): AccessRow => {
      return {
        effect: "allow",
        principal: named(each),
        action: { kind: "run-as" },
        resource: readable(stack, each.attributes.role),
        conditions: [],
        from: placeOf(each, "role"),
      };
    }),
    ...resourcesOf(stack, "aws_lambda_function_url").map((url): AccessRow => {
      const { authorization_type: type, function_name, qualifier, cors } = url.attributes;
      const origins = listOf([cors].flat()[0]?.allow_origins);
      return {
        effect: "allow",
        // Unless the type is AWS_IAM, the provider lets anyone invoke it.
        principal:
          type === "AWS_IAM" ? { kind: "permitted", permission: "lambda:InvokeFunctionUrl" } : { kind: "anyone" },
        action: { kind: "function-url" },
        resource: referredName(stack, function_name),
        conditions: [
          type === "AWS_IAM" ? { kind: "aws-signature" } : { kind: "past-gateway", authorization: String(type) },
          ...(qualifier ? [{ kind: "function-qualifier", qualifier } as const] : []),
          ...(origins.length > 0 ? [{ kind: "pages-read", origins } as const] : []),
        ],
        from: placeOf(url),
      };
    }),
  ];
}
