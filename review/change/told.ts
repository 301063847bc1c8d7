import { exempts, isPlainOutput } from "./harmless-values";
import { TOLD_OF_DOMAINS } from "./told-domain";
import { TOLD_OF_LOGS } from "./told-logs";
import { STATEMENTS, type Told, told } from "./told-of";
import { TOLD_OF_REST } from "./told-rest";
import { TOLD_OF_ROTATION } from "./told-rotation";

/** On every resource. Providers work out some from others. */
const EVERYWHERE = told(
  /^(description|display_name|labels|effective_labels|terraform_labels|timeouts|lifecycle\.(prevent_destroy|create_before_destroy|replace_triggered_by))\b/,
);

/** AWS alone: Google's tags are resources, by which conditions of an organization grant. */
const AWS_TAGS = told(/^tags(_all)?\b/);

const BINDING: readonly Told[] = [told(/^(members?|role|condition)\b/)];

/**
 * By type, what is told. Whatever is not here counts as broader when it changes, since nobody has looked at what it
 * opens: that the list is too short is a line too many in a report, and the other way round is a hole.
 */
const TOLD: Readonly<Record<string, readonly Told[]>> = {
  aws_apigatewayv2_api: [
    told(/^(name|disable_execute_api_endpoint)$/),
    told(/^cors_configuration(\.allow_\w+)?$/),
    told(/^cors_configuration\.expose_headers$/, "removed"),
  ],
  aws_apigatewayv2_authorizer: [
    told(/^(name|identity_sources|authorizer_result_ttl_in_seconds|jwt_configuration(\.(audience|issuer))?)$/),
  ],
  aws_apigatewayv2_integration: [
    told(/^timeout_milliseconds$/),
    told(/^request_parameters\["remove:header\.[^"]+"\]$/, "added"),
  ],
  aws_apigatewayv2_route: [
    told(/^(authorization_scopes|authorization_type|route_key)$/),
    { path: /^(authorizer_id|target)$/, only: "changed", known: true },
  ],
  aws_apigatewayv2_stage: [
    told(/^(stage_variables\.policy|default_route_settings\.(throttling_\w+|logging_level|data_trace_enabled))$/),
    told(/^route_settings\b.*/),
    told(/^access_log_settings$/, "added"),
    told(/^access_log_settings$/, "removed"),
    told(/^access_log_settings\.format\./, "added"),
  ],
  aws_cloudwatch_log_group: [told(/^(name|retention_in_days)$/)],
  aws_cognito_resource_server: [told(/^(identifier|name|scope(\[[^\]]*\])?(\.scope_(name|description))?)$/)],
  aws_cognito_user_pool: [
    told(/^(name|deletion_protection|mfa_configuration|user_pool_tier|admin_create_user_config\.allow_admin\w+)$/),
    told(/^password_policy\.(minimum_length|require_\w+|temporary_password_validity_days)$/),
    told(/^software_token_mfa_configuration\.enabled$/),
    told(/^lambda_config(?!\.kms_key_id)\b/),
  ],
  aws_cognito_user_pool_client: [
    told(
      /^(name|allowed_oauth_flows|allowed_oauth_flows_user_pool_client|allowed_oauth_scopes|callback_urls|explicit_auth_flows|generate_secret)$/,
    ),
    told(/^supported_identity_providers$/, "added"),
    told(/^(logout_urls|enable_token_revocation|prevent_user_existence_errors|\w+_token_validity)$/),
    told(/^token_validity_units\b/),
  ],
  aws_iam_openid_connect_provider: [told(/^client_id_list$/, "removed")],
  aws_iam_role: [
    told(/^(name|max_session_duration|permissions_boundary|managed_policy_arns)$/),
    told(/^inline_policy\b/),
    told(STATEMENTS),
  ],
  aws_iam_role_policies_exclusive: [told(/^policy_names$/, "removed")],
  aws_iam_role_policy: [told(/^name$/), told(STATEMENTS)],
  aws_iam_role_policy_attachments_exclusive: [told(/^policy_arns$/, "removed")],
  aws_lambda_function: [
    told(/^(architectures|memory_size|timeout|reserved_concurrent_executions|function_name)\b/),
    told(/^role$/),
    // The archive holds the policy, of which rows tell, and code, whose sources are reviewed and built.
    told(/^(source_code_hash|source_code_size|last_modified|qualified_arn|version)$/),
    told(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/, "removed"),
    told(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/, "added"),
    // What a rotated secret says of its scopes: which the client gets is in a row.
    told(/^environment\.variables\.SCOPE$/),
    // Rows say of each name whether it is shut out.
    told(/^environment\.variables\.REVOKED_CALLERS$/),
  ],
  aws_lambda_permission: [told(/^(action|principal|source_arn|statement_id)$/)],
  aws_s3_bucket: [told(/^(bucket|force_destroy)$/)],
  aws_s3_bucket_policy: [told(STATEMENTS)],
  aws_s3_bucket_public_access_block: [told(/^(block|ignore|restrict)_public_\w+$/)],
  aws_s3_bucket_versioning: [told(/^versioning_configuration\.status$/)],
  aws_secretsmanager_secret: [told(/^(name|recovery_window_in_days)$/)],
  aws_secretsmanager_secret_policy: [told(/^block_public_policy$/), told(STATEMENTS)],
  // What a secret holds is hidden; what it is made of is a guard.
  aws_secretsmanager_secret_version: [told(/^(secret_string_wo|secret_string_wo_version|version_stages)$/)],
  google_cloud_run_v2_service: [
    told(/^(name|custom_audiences|deletion_protection|ingress|invoker_iam_disabled|traffic\b.*)$/),
    told(/^(annotations|client|client_version)\b/),
    told(
      /^template\.(containers|volumes|scaling|service_account|timeout|max_instance_request_concurrency|revision|labels)\b/,
    ),
  ],
  google_cloud_run_v2_service_iam_binding: BINDING,
  google_iam_workload_identity_pool: [told(/^(disabled|workload_identity_pool_id)$/)],
  google_iam_workload_identity_pool_provider: [
    told(
      /^(attribute_condition|attribute_mapping\b.*|disabled|workload_identity_pool_id|workload_identity_pool_provider_id)$/,
    ),
    told(/^(aws\.account_id|oidc\.issuer_uri)$/),
    told(/^oidc\.allowed_audiences$/, "removed"),
  ],
  google_project_iam_audit_config: [told(/^audit_log_config$/, "added", ({ after }) => !exempts(after))],
  google_project_iam_custom_role: [told(/^title$/), told(/^permissions$/, "removed")],
  google_project_iam_member: BINDING,
  // Which interfaces a project has switched on gives nobody a right to them.
  google_project_service: [told(/./)],
  google_pubsub_topic: [told(/^name$/)],
  google_pubsub_topic_iam_binding: BINDING,
  google_secret_manager_secret: [
    told(/^(annotations\b.*|deletion_protection|secret_id)$/),
    // That somebody is reminded opens nothing; how often is a guard.
    told(/^rotation\b/),
    told(/^topics\b/, "added"),
  ],
  google_secret_manager_secret_iam_binding: BINDING,
  // Envoy's configuration is read by the ledger; of any other secret nothing is told.
  google_secret_manager_secret_version: [told(/^secret_data\./), told(/^(create_time|deletion_policy|name|version)$/)],
  google_service_account: [told(/^(account_id|disabled)$/)],
  google_service_account_iam_binding: BINDING,
  ...TOLD_OF_DOMAINS,
  ...TOLD_OF_LOGS,
  ...TOLD_OF_REST,
  ...TOLD_OF_ROTATION,
};

/** What is no resource, by its address. */
const OTHER_PARTS: readonly (readonly [address: RegExp, told: readonly Told[]])[] = [
  [/^output\./, [told(/./, undefined, ({ path, after }) => !/\.sensitive$/.test(path) && isPlainOutput(after))]],
  [/^provider\./, [told(/\.default_(tags|labels)\b/)]],
  [/^terraform\.required_version$/, [told(/./)]],
  [/^terraform\.required_providers$/, []],
  [
    /^authorizer-policy\.json$/,
    [
      told(/^issuers(\[[^\]]*\])?(\.(id|issuer|issuerFrom|audiences|subjects|scopes|\w+Claim|clients)\b.*)?$/),
      told(/^(cacheSeconds|routes)$/),
      // Rows name callers by their keys.
      told(/^usageKeys\b.*/),
      told(/^routes(\[[^\]]*\]|\.\w+)(\.access\b.*)?$/),
      told(/^services((\.[\w-]+|\["[^"]*"\])(\.(role|serviceAccount|audience))?)?$/),
    ],
  ],
];

/** What is told of a resource of a type. */
export function toldOf(type: string): readonly Told[] {
  return [...toldEverywhere(type), ...(TOLD[type] ?? [])];
}

/** What opens nothing on any resource of a cloud. */
export function toldEverywhere(type: string): readonly Told[] {
  return type.startsWith("aws_") ? [EVERYWHERE, AWS_TAGS] : [EVERYWHERE];
}

/** What is told of a part that is no resource; undefined for a part that no stack of this program has. */
export function toldOfOther(address: string): readonly Told[] | undefined {
  return OTHER_PARTS.find(([pattern]) => pattern.test(address))?.[1];
}
