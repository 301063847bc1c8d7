import { type Resource, StackError } from "../terraform/document";
import type { Stack } from "../terraform/stack";

/**
 * What the roles that may appear in a stack let their members do, as far as the stand-ins ask.
 * https://cloud.google.com/iam/docs/roles-permissions
 */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  "roles/iam.serviceAccountOpenIdTokenCreator": ["iam.serviceAccounts.getOpenIdToken"],
  "roles/iam.serviceAccountTokenCreator": ["iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.getOpenIdToken"],
  "roles/iam.workloadIdentityUser": ["iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.getOpenIdToken"],
  "roles/iam.serviceAccountUser": ["iam.serviceAccounts.actAs"],
  "roles/run.invoker": ["run.routes.invoke"],
  "roles/run.viewer": [],
  "roles/secretmanager.secretAccessor": ["secretmanager.versions.access"],
  "roles/secretmanager.secretVersionAdder": ["secretmanager.versions.add"],
};

/** What a set of bindings says about one caller. */
export interface BindingVerdict {
  readonly allowed: boolean;
  /** The binding that lets the caller in; else one that could have, if there is any. */
  readonly declaration?: string;
}

/** Every role of these bindings must be known at the start, for all later callers. */
export function requireKnownRoles(stack: Stack, bindings: readonly Resource[]): void {
  for (const binding of bindings) stack.attempt(() => judgeBindings(stack, [binding], "", []));
}

/**
 * Whether one of these bindings, of many members or of one (`…_iam_member`), gives the permission to a caller who goes by any of these member names. An unknown
 * role, or a condition, is an error: it might allow.
 */
export function judgeBindings(
  stack: Stack,
  bindings: readonly Resource[],
  permission: string,
  members: readonly string[],
): BindingVerdict {
  for (const binding of bindings) {
    const role = stack.text(binding, "role");
    const permissions = PERMISSIONS[role];
    if (permissions === undefined) throw new StackError(`${binding.address}.role`, `unknown role ${role}`);
    const named = "member" in binding.body ? [stack.text(binding, "member")] : stack.texts(binding, "members");
    if (permissions.includes(permission) && named.some((member) => members.includes(member))) {
      return { allowed: true, declaration: binding.address };
    }
  }
  return { allowed: false, declaration: bindings[0]?.address };
}
