import type { TypeFacts } from "./facts";
import { DOMAIN_FACTS } from "./type-facts-domain";
import { LOG_FACTS } from "./type-facts-logs";
import { REST_FACTS } from "./type-facts-rest";
import { ROTATION_FACTS } from "./type-facts-rotation";

/**
 * The types that this program declares. `sets` is held against the providers' schemas by `npm run test:system`;
 * `forces` is what https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs and its Google sibling say of each
 * argument. A plan knows better, and says so.
 */
export const TYPE_FACTS: Readonly<Record<string, TypeFacts>> = {
  aws_apigatewayv2_api: {
    forces: ["protocol_type"],
    sets: [
      "cors_configuration.allow_headers",
      "cors_configuration.allow_methods",
      "cors_configuration.allow_origins",
      "cors_configuration.expose_headers",
    ],
    loss: "the API's address: every caller that does not use a custom domain must learn the new one",
  },
  aws_apigatewayv2_authorizer: { forces: ["api_id"], sets: ["identity_sources", "jwt_configuration.audience"] },
  aws_apigatewayv2_integration: { forces: ["api_id", "integration_type"], sets: ["response_parameters"] },
  aws_apigatewayv2_route: { forces: ["api_id"], sets: ["authorization_scopes", "request_parameter"] },
  aws_apigatewayv2_stage: { forces: ["api_id", "name"], sets: ["route_settings"] },
  aws_cloudwatch_log_group: { forces: ["name", "name_prefix"], loss: "every log line in it" },
  aws_cognito_resource_server: { forces: ["identifier", "user_pool_id"], sets: ["scope"] },
  aws_cognito_user_pool: {
    forces: ["alias_attributes", "username_attributes"],
    sets: [
      "account_recovery_setting.recovery_mechanism",
      "alias_attributes",
      "auto_verified_attributes",
      "schema",
      "sign_in_policy.allowed_first_auth_factors",
      "user_attribute_update_settings.attributes_require_verification_before_update",
      "username_attributes",
    ],
    loss: "every user of the pool, and the ids of all its clients",
  },
  aws_cognito_user_pool_client: {
    forces: ["generate_secret", "user_pool_id"],
    sets: [
      "allowed_oauth_flows",
      "allowed_oauth_scopes",
      "callback_urls",
      "explicit_auth_flows",
      "logout_urls",
      "read_attributes",
      "supported_identity_providers",
      "write_attributes",
    ],
    loss: "its client id and secret: whoever uses it must get the new ones",
  },
  aws_cognito_user_pool_domain: {
    forces: ["domain", "user_pool_id"],
    loss: "the address where people sign in and programs get tokens",
  },
  aws_iam_role: { forces: ["name", "name_prefix", "path"], sets: ["inline_policy", "managed_policy_arns"] },
  aws_iam_role_policies_exclusive: { forces: ["role_name"], sets: ["policy_names"] },
  aws_iam_role_policy: { forces: ["name", "name_prefix", "role"] },
  aws_iam_role_policy_attachments_exclusive: { forces: ["role_name"], sets: ["policy_arns"] },
  aws_iam_openid_connect_provider: {
    forces: ["url"],
    sets: ["client_id_list"],
    loss: "the pipeline's way in: no workflow gets a role until roles trust another one",
  },
  aws_lambda_function: {
    forces: ["function_name", "package_type"],
    sets: ["replacement_security_group_ids", "vpc_config.security_group_ids", "vpc_config.subnet_ids"],
  },
  aws_lambda_permission: {
    forces: ["action", "function_name", "principal", "qualifier", "source_account", "source_arn", "statement_id"],
  },
  aws_s3_bucket: {
    forces: ["bucket", "bucket_prefix"],
    sets: [
      "grant",
      "grant.permissions",
      "lifecycle_rule.noncurrent_version_transition",
      "lifecycle_rule.transition",
      "replication_configuration.rules",
    ],
    loss: "every object in it: for a bucket of states, what Terraform knows of each environment",
  },
  aws_s3_bucket_lifecycle_configuration: {
    forces: ["bucket"],
    sets: ["rule.noncurrent_version_transition", "rule.transition"],
  },
  aws_s3_bucket_ownership_controls: { forces: ["bucket"] },
  aws_s3_bucket_policy: { forces: ["bucket"] },
  aws_s3_bucket_public_access_block: { forces: ["bucket"] },
  aws_s3_bucket_server_side_encryption_configuration: { forces: ["bucket"], sets: ["rule"] },
  aws_s3_bucket_versioning: { forces: ["bucket"] },
  aws_secretsmanager_secret: {
    forces: ["name", "name_prefix"],
    sets: ["replica"],
    loss: "the secret's value, and its name for the days of its recovery window",
  },
  aws_secretsmanager_secret_policy: { forces: ["secret_arn"] },
  aws_secretsmanager_secret_version: {
    forces: ["secret_id", "secret_string_wo_version"],
    sets: ["version_stages"],
  },
  google_cloud_run_v2_service: {
    forces: ["location", "name", "project"],
    sets: ["template.containers.env", "template.volumes.cloud_sql_instance.instances"],
    loss: "the service's revisions, and its address",
  },
  google_cloud_run_v2_service_iam_binding: { forces: ["location", "name", "project", "role"], sets: ["members"] },
  google_iam_workload_identity_pool: {
    forces: ["project", "workload_identity_pool_id"],
    loss: "the federation: its id is blocked for 30 days, and no call gets through until roles are bound to another",
  },
  google_iam_workload_identity_pool_provider: {
    forces: ["project", "workload_identity_pool_id", "workload_identity_pool_provider_id"],
    loss: "the federation's door: its id is blocked for 30 days, and no call gets through until there is another",
  },
  google_project_iam_audit_config: {
    forces: ["project", "service"],
    sets: ["audit_log_config", "audit_log_config.exempted_members"],
  },
  google_project_iam_custom_role: { forces: ["project", "role_id"], sets: ["permissions"] },
  google_project_iam_member: { forces: ["member", "project", "role"] },
  google_project_service: { forces: ["project", "service"] },
  google_secret_manager_secret: {
    forces: ["project", "replication", "secret_id"],
    loss: "every version of the secret: its values are gone at once",
  },
  google_pubsub_topic: {
    forces: ["name", "project"],
    sets: ["message_storage_policy.allowed_persistence_regions"],
    loss: "its subscriptions, which no longer get anything",
  },
  google_pubsub_topic_iam_binding: { forces: ["project", "role", "topic"], sets: ["members"] },
  google_secret_manager_secret_iam_binding: { forces: ["project", "role", "secret_id"], sets: ["members"] },
  // What it holds comes from the stack: another apply brings it back.
  google_secret_manager_secret_version: {
    forces: ["is_secret_data_base64", "secret", "secret_data", "secret_data_wo_version"],
  },
  google_service_account: {
    forces: ["account_id", "project"],
    loss: "the identity: grants to it elsewhere name a deleted account, even if one of the same name comes",
  },
  google_service_account_iam_binding: { forces: ["role", "service_account_id"], sets: ["members"] },
  ...DOMAIN_FACTS,
  ...LOG_FACTS,
  ...REST_FACTS,
  ...ROTATION_FACTS,
};

/** For types that nobody has described: nothing is known to force, order counts, and a loss is possible. */
export function factsOf(type: string): TypeFacts {
  return TYPE_FACTS[type] ?? { forces: [], loss: "unknown: this type of resource is new to the review" };
}
