import { placeOf } from "../model/place";
import { type Condition, conditionsOf, type Statement } from "../terraform-json/iam-statements";
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
import { type AwsPolicy, awsPolicies } from "./aws-policies";
import { roleArn } from "./google-grants";
import { type Grant, heldBy, type Principal, type Scope } from "./grant";
import { matches } from "./iam/pattern";
import { actionsOfPolicy } from "./iam/roles";

/** Every grant in AWS that a stack declares: policies of identities, trust policies, and policies of resources. */
export function awsGrants(stack: StackJson): readonly Grant[] {
  return [
    ...awsPolicies(stack).flatMap((policy) => policyGrants(stack, policy)),
    ...resourcesOf(stack, "aws_lambda_function").map((code) => {
      const role = withoutPath(arnIn(stack, code.attributes.role));
      return heldBy({ kind: "function", id: code.address }, "runs-as", role, placeOf(code, "role"));
    }),
  ];
}

function policyGrants(stack: StackJson, policy: AwsPolicy): readonly Grant[] {
  const { kind, by, arn = "", statements, from } = policy;
  const holder = kind === "identity" ? holderOf(stack, policy) : undefined;
  if (statements === undefined && holder !== undefined) {
    const action = { kind: "policy", arn, actions: actionsOfPolicy(arn) } as const;
    return [{ effect: "allow", principal: holder, action, scope: { kind: "all", of: "AWS" }, conditions: [], from }];
  }
  const given = kind === "object" ? attachedTo(stack, by) : undefined;
  const trusted: Scope | undefined = kind === "trust" ? { kind: "one", key: ownArn(stack, by) } : given;
  return (statements ?? []).flatMap((statement) => {
    if (statement.Effect === "Deny" && kind === "object" && !isAbout(stack, statement, given)) return [];
    const { Action: does, NotAction, Resource: on, NotResource } = statement;
    const arns = listOf(on ?? NotResource).map((text) => arnIn(stack, text));
    const grant = {
      effect: statement.Effect === "Deny" ? "deny" : "allow",
      action: { kind: "actions", patterns: listOf(does ?? NotAction), not: NotAction !== undefined },
      scope: trusted ?? { kind: "arns", patterns: arns, not: NotResource !== undefined },
      conditions: conditionsIn(stack, statement),
      from,
    } as const;
    const holders = holder === undefined ? principalsOf(stack, statement) : [holder];
    return holders.map((principal) => ({ ...grant, principal }));
  });
}

/** A secret's policy is about that secret, whatever it names. */
function attachedTo(stack: StackJson, resource: Resource): Scope | undefined {
  const { type, attributes } = resource;
  const isOwn = type === "aws_secretsmanager_secret";
  if (!isOwn && type !== "aws_secretsmanager_secret_policy") return undefined;
  const arn = isOwn ? ownArn(stack, resource) : arnIn(stack, attributes.secret_arn);
  return { kind: "arns", patterns: [arn], not: false };
}

/** Whether a statement of a secret's own policy is about that secret. In the policy of another object, it is not. */
function isAbout(stack: StackJson, { Resource: on }: Statement, secret: Scope | undefined): boolean {
  if (secret?.kind !== "arns") return false;
  return listOf(on).some((text) => secret.patterns.some((arn) => matches(arnIn(stack, text), arn)));
}

function holderOf(stack: StackJson, { by, holder }: AwsPolicy): Principal {
  if (holder === undefined) return { kind: "unknown", id: by.address };
  const { kind, text, own } = holder;
  if (kind === "group") return { kind: "group", id: String(text) };
  if (own?.type === "aws_iam_role") return { kind: "aws-role", id: ownArn(stack, own) };
  const name = own?.attributes.name ?? text;
  return kind === "role"
    ? { kind: "aws-role", id: roleArn(accountOf(stack), name) }
    : { kind: "aws-user", id: `arn:aws:iam::${accountOf(stack)}:user/${name}` };
}

function conditionsIn(stack: StackJson, statement: Statement): readonly Condition[] {
  return conditionsOf(statement).map(({ values, ...condition }) => {
    return { ...condition, values: values.map((text) => arnIn(stack, text)) };
  });
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

/** A role's name is unique in its account, whatever its path. */
export function withoutPath(arn: string): string {
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
