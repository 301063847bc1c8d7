import { type Place, placeOf } from "../model/place";
import { attachedByList, inlinePoliciesOf, type Statement, statementsOf } from "../terraform-json/iam-statements";
import { referencesIn } from "../terraform-json/references";
import {
  listOf,
  oncePerStack,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";

/** A policy of AWS that a stack declares or attaches, with what it belongs to. */
export interface AwsPolicy {
  /** `trust`: who may assume a role; `identity`: what its holder may do; `object`: the policy of any other resource. */
  readonly kind: "identity" | "object" | "trust";
  /** The resource that declares or attaches it. */
  readonly by: Resource;
  /** Holder of an identity policy; undefined if a resource attaches it to several. */
  readonly holder?: Holder;
  /** ARN of an attached policy, as written. */
  readonly arn?: string;
  /** None if the document is not readable: it has a row NOT READ. Undefined: a policy that this stack does not declare. */
  readonly statements: readonly Statement[] | undefined;
  readonly from: Place;
}

interface Holder {
  readonly kind: "group" | "role" | "user";
  /** Its name, or a reference to it. */
  readonly text: unknown;
  /** The resource of this stack that the text refers to. */
  readonly own: Resource | undefined;
}

/** Types whose policy belongs to a principal, so the policy names none, or grants nothing until it is attached. */
const IDENTITY_POLICY = /^aws_iam_((group|role|user)_)?policy$/;

/** Every policy of AWS in a stack: identity policies, then trust policies, then those of other resources. */
export const awsPolicies = oncePerStack((stack): readonly AwsPolicy[] => {
  const holderOf = ({ type, attributes }: Resource, suffix = ""): Holder => {
    const [kind = "role"] = (/group|role|user/.exec(type) ?? []) as readonly Holder["kind"][];
    const text = attributes[`${kind}${suffix}`];
    return { kind, text, own: referred(stack, text) };
  };
  const written = (by: Resource, argument: string, policy: unknown = by.attributes[argument]) => {
    return { by, statements: statementsOf(policy) ?? [], from: placeOf(by, argument) };
  };
  const attached = (by: Resource, argument: string, arns: readonly string[], holder?: Holder) =>
    arns.map((arn): AwsPolicy => {
      const own = referred(stack, arn);
      const statements = own?.type === "aws_iam_policy" ? (statementsOf(own.attributes.policy) ?? []) : undefined;
      return { kind: "identity", by, ...(holder && { holder }), arn, statements, from: placeOf(by, argument) };
    });
  const roles = resourcesOf(stack, "aws_iam_role");
  // Most types of a big stack have no policy.
  const types = Object.keys(stack.resource).filter((type) => type.startsWith("aws_") && !IDENTITY_POLICY.test(type));
  return [
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy$/).map(
      (by): AwsPolicy => ({ kind: "identity", holder: holderOf(by), ...written(by, "policy") }),
    ),
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy_attachment$/).flatMap((by) =>
      attached(by, "policy_arn", [String(by.attributes.policy_arn)], holderOf(by)),
    ),
    // Its groups, roles and users are not read one by one.
    ...resourcesOf(stack, "aws_iam_policy_attachment").flatMap((by) =>
      attached(by, "policy_arn", [String(by.attributes.policy_arn)]),
    ),
    ...resourcesOf(stack, /^aws_iam_(group|role|user)_policy_attachments_exclusive$/).flatMap((by) =>
      attached(by, "policy_arns", attachedByList(stack, by), holderOf(by, "_name")),
    ),
    ...roles.flatMap((role): readonly AwsPolicy[] => {
      const holder: Holder = { kind: "role", text: role.attributes.name, own: role };
      return [
        ...inlinePoliciesOf(role.attributes).map(
          ({ policy }): AwsPolicy => ({ kind: "identity", holder, ...written(role, "inline_policy", policy) }),
        ),
        ...attached(role, "managed_policy_arns", listOf(role.attributes.managed_policy_arns), holder),
      ];
    }),
    ...roles.map((role): AwsPolicy => ({ kind: "trust", ...written(role, "assume_role_policy") })),
    ...types
      .flatMap((type) => resourcesOf(stack, type))
      .filter(({ attributes }) => typeof attributes.policy === "string")
      .map((by): AwsPolicy => ({ kind: "object", ...written(by, "policy") })),
  ];
});

/** The identity policies of a role, in every way to give it one: each that names it, or that refers to it in any expression. */
export function policiesOf(stack: StackJson, { address, attributes }: Resource): readonly AwsPolicy[] {
  return awsPolicies(stack).filter(({ kind, holder }) => {
    if (kind !== "identity" || holder?.kind !== "role") return false;
    const refers = referencesIn(String(holder.text)).some((each) => each.address === address);
    return holder.own?.address === address || holder.text === attributes.name || refers;
  });
}

/** Who may assume a role; none if its trust policy is not readable. */
export function trustOf(stack: StackJson, { address }: Resource): readonly Statement[] {
  return awsPolicies(stack).find(({ kind, by }) => kind === "trust" && by.address === address)?.statements ?? [];
}
