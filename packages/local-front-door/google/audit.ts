import type { Stack } from "../terraform/stack";

/**
 * Whether the project writes Data Access audit logs of one of these APIs: `iam.googleapis.com` covers the IAM
 * credentials API (https://cloud.google.com/iam/docs/audit-logging).
 */
export function isAudited(stack: Stack, ...apis: readonly string[]): boolean {
  return stack
    .all("google_project_iam_audit_config")
    .some((each) => apis.includes(String(stack.value(each, "service"))));
}
