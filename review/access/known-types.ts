/** Types of which rows tell whatever they give. */
const READ: readonly RegExp[] = [
  /^aws_api_gateway_(api_key|authorizer|deployment|gateway_response|integration(_response)?|method(_response)?)$/,
  /^aws_api_gateway_(resource|rest_api|rest_api_policy|stage|usage_plan(_key)?)$/,
  /^aws_apigatewayv2_(api|api_mapping|authorizer|domain_name|integration|route|stage)$/,
  /^aws_cognito_(identity_provider|resource_server|user_pool(_client)?)$/,
  /^aws_iam_(policy|role|(group|role|user)_policy(_attachment)?)$/,
  /^aws_lambda_(function(_url)?|permission)$/,
  /^aws_(s3_bucket|secretsmanager_secret)_policy$/,
  /^aws_wafv2_web_acl_association$/,
  /^google_\w+_iam_(binding|member|policy)$/,
  /^google_cloud_run_v2_service$/,
  /^google_iam_workload_identity_pool(_provider)?$/,
  /^google_logging_(log_view|project_sink)$/,
  /^google_project_iam_custom_role$/,
  // What a value is for is read where it is mounted: as Envoy's configuration, or not at all.
  /^google_secret_manager_secret_version$/,
  /^google_service_account(_key)?$/,
];

/** Types that give nobody anything: names, values, logs, alarms, and what only keeps others in bounds. */
const GIVES_NOTHING: readonly RegExp[] = [
  /^aws_acm_certificate(_validation)?$/,
  /^aws_api_gateway_(account|method_settings)$/,
  /^aws_cloudwatch_(event_rule|event_target|log_group|log_metric_filter|metric_alarm|query_definition)$/,
  /^aws_cognito_user_pool_domain$/,
  // Whom it lets in is in the trust of the roles that name it.
  /^aws_iam_openid_connect_provider$/,
  /^aws_iam_role_polic(ies|y_attachments)_exclusive$/,
  /^aws_route53_record$/,
  /^aws_s3_bucket(_(lifecycle_configuration|ownership_controls|public_access_block|versioning))?$/,
  /^aws_s3_(bucket_server_side_encryption_configuration|object)$/,
  /^aws_secretsmanager_secret(_(rotation|version))?$/,
  /^aws_wafv2_(ip_set|web_acl|web_acl_logging_configuration)$/,
  /^google_logging_project_bucket_config$/,
  /^google_project_(iam_audit_config|service)$/,
  /^google_pubsub_topic$/,
  /^google_secret_manager_secret$/,
];

/** Whether the ledger knows what a type can give. Of any other it says that it does not read it. */
export function isKnownType(type: string): boolean {
  return [...READ, ...GIVES_NOTHING].some((pattern) => pattern.test(type));
}
