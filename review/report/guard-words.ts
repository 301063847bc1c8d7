/** What a protective resource gives the thing that it protects, as in "bucket truststore has no versions any more". */
export const PROTECTIONS: Readonly<Record<string, string>> = {
  aws_api_gateway_method_settings: "throttle of its own",
  aws_api_gateway_rest_api_policy: "policy that refuses other networks",
  aws_iam_role_policies_exclusive: "guard against inline policies from elsewhere",
  aws_iam_role_policy_attachments_exclusive: "guard against attached policies from elsewhere",
  aws_s3_bucket_ownership_controls: "ownership controls",
  aws_s3_bucket_public_access_block: "block of public access",
  aws_s3_bucket_server_side_encryption_configuration: "encryption settings",
  aws_s3_bucket_versioning: "versions",
  aws_secretsmanager_secret_policy: "policy that denies everybody but its readers",
  aws_wafv2_web_acl_association: "web ACL in front of it",
  aws_wafv2_web_acl_logging_configuration: "log of what its web ACL does",
  google_project_iam_audit_config: "audit log of its data",
};

/** What an attribute that protects is called, by its path; of several types at once where they mean the same. */
export const GUARD_WORDS: Readonly<Record<string, string>> = {
  access_log_settings: "access log",
  access_token_validity: "life of access tokens",
  block_public_policy: "refusal of public policies",
  deletion_protection: "protection from deletion",
  disable_execute_api_endpoint: "refusal of the address that AWS gives",
  enable_token_revocation: "revocation of tokens",
  id_token_validity: "life of ID tokens",
  "lifecycle.prevent_destroy": "Terraform's protection from destruction",
  max_session_duration: "longest session",
  mutual_tls_authentication: "mutual TLS",
  permissions_boundary: "permissions boundary",
  recovery_window_in_days: "days to take a deletion back",
  refresh_token_validity: "life of refresh tokens",
  retention_days: "days that lines are kept",
  retention_in_days: "days that lines are kept",
  "rotation.rotation_period": "time between two reminders",
  "rotation_rules.automatically_after_days": "days between two rotations",
  "settings.throttling_burst_limit": "burst that passes",
  "settings.throttling_rate_limit": "requests a second that pass",
  throttling_burst_limit: "burst that passes",
  throttling_rate_limit: "requests a second that pass",
  threshold: "number that sets the alarm off",
  "versioning_configuration.status": "keeping of versions",
};

/** By type, what a resource is called before its name. */
const KINDS: Readonly<Record<string, string>> = {
  aws_api_gateway_rest_api: "REST API",
  aws_api_gateway_stage: "stage",
  aws_apigatewayv2_api: "HTTP API",
  aws_apigatewayv2_domain_name: "domain",
  aws_apigatewayv2_stage: "stage",
  aws_cloudwatch_log_group: "log group",
  aws_cloudwatch_metric_alarm: "alarm",
  aws_cognito_user_pool: "user pool",
  aws_cognito_user_pool_client: "app client",
  aws_iam_role: "role",
  aws_s3_bucket: "bucket",
  aws_secretsmanager_secret: "secret",
  google_cloud_run_v2_service: "service",
  google_logging_project_bucket_config: "log bucket",
  google_project_iam_audit_config: "project",
  google_secret_manager_secret: "secret",
  google_service_account: "service account",
};

/** `log group access` of `aws_cloudwatch_log_group.access`; the address itself where nothing says more. */
export function thingOf(address: string): string {
  const [type = "", name = ""] = address.split(".");
  const kind = Object.keys(KINDS)
    .filter((each) => type === each || type.startsWith(`${each}_`))
    .sort((a, b) => b.length - a.length)[0];
  return kind === undefined ? address : `${KINDS[kind]} ${name.replaceAll("_", "-")}`;
}
