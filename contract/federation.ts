/**
 * Google's default mapping of AWS identities, which both clouds rely on: the assumed role without its session. A declared
 * mapping replaces it as a whole. A constant in it would give every caller of the account the same attribute.
 * https://cloud.google.com/iam/docs/workload-identity-federation#mapping
 */
export const AWS_MAPPING = {
  "google.subject": "assertion.arn",
  "attribute.aws_role":
    "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + " +
    "'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn",
} as const;
