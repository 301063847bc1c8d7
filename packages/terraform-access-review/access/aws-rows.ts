import type { Fact, Named } from "../model/fact";
import { placeOf } from "../model/place";
import type { AccessRow } from "../model/row";
import { conditionsOf, type Statement } from "../terraform-json/iam-statements";
import { listOf, type Resource, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { named, ownRole, plain, readable } from "../types/named";
import { type AwsPolicy, awsPolicies } from "./aws-policies";

/** Types that attach policies and have a row NOT READ. */
const UNREAD = /^aws_iam_(policy_attachment|(group|user)_policy_attachments_exclusive)$/;

/** Every statement of every AWS policy: trust, permissions, resource policies, and permissions to invoke a function. */
export function awsRows(stack: StackJson): readonly AccessRow[] {
  const policies = awsPolicies(stack).filter(({ by }) => !UNREAD.test(by.type));
  const byTrust = [true, false].flatMap((isTrust) => policies.filter(({ kind }) => (kind === "trust") === isTrust));
  return [
    ...byTrust.flatMap((policy) => policyRows(stack, policy)),
    ...resourcesOf(stack, "aws_lambda_permission").map((permission) => invocationRow(stack, permission)),
  ];
}

/** A row for each principal and each resource of each statement; a policy that the stack does not declare by its name. */
function policyRows(stack: StackJson, policy: AwsPolicy): readonly AccessRow[] {
  const { kind, by, holder, arn, statements, from } = policy;
  const own = holder && (holder.own === undefined ? plain(holder.text) : named(holder.own));
  if (statements === undefined && own !== undefined) {
    const action = { kind: "aws-policy", arn: String(arn) } as const;
    return [{ effect: "allow", principal: own, action, resource: { kind: "aws" }, conditions: [], from }];
  }
  return (statements ?? []).flatMap((statement) => {
    const { Effect, Action, NotAction } = statement;
    const row = {
      effect: Effect === "Allow" ? "allow" : "deny",
      action: {
        kind: "aws-actions",
        actions: listOf(NotAction ?? Action),
        not: NotAction !== undefined,
        ...(kind === "trust" && { trust: true as const }),
      },
      ...conditions(stack, statement),
      from,
    } as const;
    const resources = kind === "trust" ? [named(by)] : resourcesIn(stack, statement, own !== undefined);
    const holders = own === undefined ? principals(stack, statement) : [own];
    return holders.flatMap((principal) => resources.map((resource) => ({ principal, resource, ...row })));
  });
}

/** @param isOfIdentity whether the statement may name a role by its ARN, as permissions do */
function resourcesIn(stack: StackJson, { Resource: on, NotResource }: Statement, isOfIdentity: boolean) {
  const names = listOf(NotResource ?? on).map((text) => readable(stack, text));
  if (NotResource !== undefined) return [{ kind: "all-except", names }] as const;
  return names.map((name) => (isOfIdentity && name.kind === "text" ? ownRole(stack, name) : name));
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
function conditions(stack: StackJson, statement: Statement): Pick<AccessRow, "conditions" | "terms"> {
  const read = conditionsOf(statement);
  const found = read.map(({ operator, key, values }): Fact => {
    return { kind: "aws-condition", key, operator, values: values.map((text) => readable(stack, text)) };
  });
  if (statement.Effect === "Allow") return { conditions: found, terms: { requires: found } };
  const [only, ...others] = read;
  const exempt = others.length > 0 ? undefined : EXEMPT[`${only?.operator} ${only?.key}`];
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
