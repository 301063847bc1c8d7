import type { AccessRow } from "../model/row";
import { inlinePoliciesOf } from "../terraform-json/iam-statements";
import { type Attributes, listOf, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { conditions, readStatements, targets, verb } from "./aws-statements";

/** Types whose policy belongs to a principal, so the policy names none. */
export const IDENTITY_POLICY = /^aws_iam_((group|role|user)_)?policy$/;

/** Grants nothing until it is attached. */
const ATTACHABLE = "aws_iam_policy";

/** Permissions of roles, users and groups: by their own policies, by those inside a role, by attached ones. */
export function identityRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy$/).flatMap(({ attributes }) =>
      permissionRows(stack, holder(stack, attributes), attributes.policy),
    ),
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy_attachment$/).flatMap(({ attributes }) =>
      attachedRows(stack, holder(stack, attributes), attributes.policy_arn),
    ),
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => [
      ...inlinePoliciesOf(role.attributes).flatMap(({ policy }) => permissionRows(stack, inWords(role), policy)),
      ...listOf(role.attributes.managed_policy_arns).flatMap((arn) => attachedRows(stack, inWords(role), arn)),
    ]),
  ];
}

function holder(stack: StackJson, { group, role, user }: Attributes): string {
  return wordsOf(stack, role ?? user ?? group);
}

function permissionRows(stack: StackJson, principal: string, policy: string): readonly AccessRow[] {
  return readStatements(policy).flatMap((statement) =>
    targets(statement).map((resource) => ({
      principal,
      permission: verb(statement),
      resource: ownRole(stack, readable(stack, resource)),
      ...conditions(stack, statement),
    })),
  );
}

/** A policy of this stack by its content; an AWS managed policy by its name. */
function attachedRows(stack: StackJson, principal: string, arn: unknown): readonly AccessRow[] {
  const own = referred(stack, arn);
  if (own?.type === ATTACHABLE) return permissionRows(stack, principal, own.attributes.policy);
  return [{ principal, permission: `all of ${arn}`, resource: "AWS", condition: "-" }];
}

/** What a text refers to, in words; the text itself if it refers to nothing in this stack. */
export function wordsOf(stack: StackJson, reference: unknown): string {
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
