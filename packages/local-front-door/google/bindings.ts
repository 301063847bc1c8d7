import { isReleaseRole } from "../../../contract/release";
import { permissionsOfRole } from "../../terraform-access-review/access/iam/roles";
import { type Resource, StackError } from "../terraform/document";
import type { Stack } from "../terraform/stack";

/** The result of a set of bindings for one caller. */
export interface BindingVerdict {
  readonly allowed: boolean;
  /** The binding that allows the caller. Otherwise a binding that could have allowed it, if there is one. */
  readonly declaration?: string;
}

/** Checks at the start that every role of these bindings, which were read apart, is known. */
export function requireKnownRoles(stack: Stack, bindings: readonly Resource[]): void {
  for (const binding of bindings) stack.apart(binding, () => judgeBindings(stack, [binding], "", []));
}

/**
 * Whether one of these bindings gives the permission to a caller with any of these member names. Covers bindings of
 * many members and of one (`…_iam_member`). An unknown role or condition is an error, because it might allow the
 * caller.
 */
export function judgeBindings(
  stack: Stack,
  bindings: readonly Resource[],
  permission: string,
  members: readonly string[],
): BindingVerdict {
  for (const binding of bindings) {
    const role = stack.text(binding, "role");
    // A release calls no service.
    const permissions = isReleaseRole(role) ? [] : permissionsOfRole(role);
    if (permissions === undefined) throw new StackError(`${binding.address}.role`, `unknown role ${role}`);
    const named = "member" in binding.body ? [stack.text(binding, "member")] : stack.texts(binding, "members");
    if (permissions.includes(permission) && named.some((member) => members.includes(member))) {
      return { allowed: true, declaration: binding.address };
    }
  }
  return { allowed: false, declaration: bindings[0]?.address };
}
