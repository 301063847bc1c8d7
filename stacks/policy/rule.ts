import { difference } from "../../packages/terraform-access-review/terraform-json/difference";
import type {
  DeclaredStatement,
  Statement,
} from "../../packages/terraform-access-review/terraform-json/iam-statements";
import type { Attributes, Resource, StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";

/** The input of a rule. */
export type { Attributes, Resource, StackJson };

/** A violation that a rule reports. */
export interface Finding {
  /** Terraform address of the declaration at fault. */
  readonly address: string;
  /** What is wrong and what is expected, without the address. */
  readonly message: string;
}

/** Reports any declaration with this message. */
export function finding(message: string): (declaration: { readonly address: string }) => Finding {
  return ({ address }) => ({ address, message });
}

/** Reports a declaration that does not keep the guarantee. */
export function unless(isKept: boolean, address: string, message: string): Finding[] {
  return isKept ? [] : [{ address, message }];
}

/** Reports a declaration whose value differs from the expected one: `grants another role: got …, expected …`. */
export function differing(address: string, what: string, found: unknown, expected: unknown): Finding[] {
  const where = difference(found, expected);
  return where === undefined ? [] : [{ address, message: `${what}${where}` }];
}

/** Whether a statement is exactly the expected one, except for its name. Any other part would change what it denies. */
export function isExactly({ resource: _, Sid: __, ...found }: DeclaredStatement, expected: Statement): boolean {
  return difference(found, expected) === undefined;
}

/**
 * A guarantee that every stack must meet. It reads only the stack's JSON, so it applies whatever code produced that.
 */
export interface PolicyRule {
  /** Rule id, with which config allows a finding. */
  readonly id: string;
  /** Everything in this stack that violates the guarantee. */
  readonly findings: (stack: StackJson) => readonly Finding[];
}

/** A rule of this program, as opposed to a project's own. It compares the stack with what config declares. */
export interface BuiltInRule<Declared = unknown> extends Pick<PolicyRule, "id"> {
  /** What the rule guarantees, in a sentence or two. docs/reference/policy-rules.md prints it. */
  readonly promise: string;
  /** Everything in this stack that violates the guarantee. */
  readonly findings: (stack: StackJson, declared: Declared) => readonly Finding[];
}
