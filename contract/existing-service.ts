/**
 * What each plan checks on a Cloud Run service that a stack uses and does not declare. The stack writes exactly these
 * conditions, and a reader relies on no others. A value that Cloud Run leaves out is null in Terraform.
 */
export const IS_CHECKED = "${self.invoker_iam_disabled != true}";

/** API Gateway calls over the internet. */
export const IS_REACHABLE = '${self.ingress == "INGRESS_TRAFFIC_ALL"}';

/** On the service's IAM policy. What it inherits from project, folder and organization is not in it. */
export const IS_NOT_PUBLIC =
  '${!strcontains(self.policy_data, "allUsers") && !strcontains(self.policy_data, "allAuthenticatedUsers")}';

/** @param audience without quotes, backslashes and dollar signs */
export function acceptsAudience(audience: string): string {
  return `\${try(contains(self.custom_audiences, "${audience}"), false) || self.uri == "${audience}"}`;
}

/** The audience that a condition of `acceptsAudience` checks; undefined for any other condition. */
export function checkedAudience(condition: unknown): string | undefined {
  const [, audience] = /"([^"\\$]+)"/.exec(String(condition)) ?? [];
  return audience !== undefined && condition === acceptsAudience(audience) ? audience : undefined;
}
