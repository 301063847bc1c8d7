import { DOMAIN_TARGETS } from "./domain-targets";
import { LOG_TARGETS } from "./log-targets";
import { REST_TARGETS } from "./rest-targets";
import { ROTATION_TARGETS } from "./rotation-targets";

/** What an attribute may refer to: `aws_iam_role.arn`. */
export type Target = string;

/**
 * What the attributes of this program's types refer to, for objects whose configuration is gone: `npm test` holds it
 * against synthesized/.
 */
export const TARGETS: Readonly<Record<string, readonly Target[]>> = {
  ...REST_TARGETS,
  ...ROTATION_TARGETS,
  ...DOMAIN_TARGETS,
  ...LOG_TARGETS,
  "aws_apigatewayv2_authorizer.api_id": ["aws_apigatewayv2_api.id"],
  "aws_apigatewayv2_authorizer.authorizer_uri": ["aws_lambda_function.invoke_arn"],
  "aws_apigatewayv2_authorizer.jwt_configuration": [
    "aws_cognito_user_pool.endpoint",
    "aws_cognito_user_pool_client.id",
  ],
  "aws_apigatewayv2_integration.api_id": ["aws_apigatewayv2_api.id"],
  "aws_apigatewayv2_integration.integration_uri": ["google_cloud_run_v2_service.uri"],
  "aws_apigatewayv2_route.api_id": ["aws_apigatewayv2_api.id"],
  "aws_apigatewayv2_route.authorizer_id": ["aws_apigatewayv2_authorizer.id"],
  "aws_apigatewayv2_route.target": ["aws_apigatewayv2_integration.id"],
  "aws_apigatewayv2_stage.access_log_settings": ["aws_cloudwatch_log_group.arn"],
  "aws_apigatewayv2_stage.api_id": ["aws_apigatewayv2_api.id"],
  "aws_cognito_resource_server.user_pool_id": ["aws_cognito_user_pool.id"],
  "aws_cognito_user_pool_client.user_pool_id": ["aws_cognito_user_pool.id"],
  "aws_cognito_user_pool_domain.user_pool_id": ["aws_cognito_user_pool.id"],
  "aws_iam_role.assume_role_policy": ["aws_iam_role.arn"],
  "aws_iam_role_policies_exclusive.policy_names": ["aws_iam_role_policy.name"],
  "aws_iam_role_policies_exclusive.role_name": ["aws_iam_role.name"],
  "aws_iam_role_policy.policy": [
    "aws_cloudwatch_log_group.arn",
    "aws_cognito_user_pool.arn",
    "aws_secretsmanager_secret.arn",
  ],
  "aws_iam_role_policy.role": ["aws_iam_role.name"],
  "aws_iam_role_policy_attachment.role": ["aws_iam_role.name"],
  "aws_iam_role_policy_attachments_exclusive.policy_arns": ["aws_iam_role_policy_attachment.policy_arn"],
  "aws_iam_role_policy_attachments_exclusive.role_name": ["aws_iam_role.name"],
  "aws_lambda_function.environment": [
    "aws_cognito_user_pool.endpoint",
    "aws_cognito_user_pool.id",
    "aws_cognito_user_pool_client.id",
    "aws_secretsmanager_secret.arn",
    "google_iam_workload_identity_pool_provider.name",
  ],
  "aws_lambda_function.logging_config": ["aws_cloudwatch_log_group.name"],
  "aws_lambda_function.role": ["aws_iam_role.arn"],
  "aws_lambda_permission.function_name": ["aws_lambda_function.function_name"],
  "aws_lambda_permission.source_arn": [
    "aws_api_gateway_authorizer.id",
    "aws_api_gateway_rest_api.execution_arn",
    "aws_apigatewayv2_api.execution_arn",
    "aws_apigatewayv2_authorizer.id",
    "aws_cloudwatch_event_rule.arn",
    "aws_secretsmanager_secret.arn",
  ],
  "aws_secretsmanager_secret_policy.policy": ["aws_secretsmanager_secret.arn"],
  "aws_secretsmanager_secret_policy.secret_arn": ["aws_secretsmanager_secret.arn"],
  "aws_secretsmanager_secret_version.secret_id": ["aws_secretsmanager_secret.id"],
  "google_cloud_run_v2_service.template": [
    "aws_cognito_user_pool.endpoint",
    "aws_cognito_user_pool.id",
    "aws_cognito_user_pool_client.id",
    "google_secret_manager_secret.secret_id",
    "google_secret_manager_secret_version.version",
    "google_service_account.email",
  ],
  "google_cloud_run_v2_service_iam_binding.location": ["google_cloud_run_v2_service.location"],
  "google_cloud_run_v2_service_iam_binding.members": ["google_service_account.member"],
  "google_cloud_run_v2_service_iam_binding.name": ["google_cloud_run_v2_service.name"],
  "google_iam_workload_identity_pool_provider.workload_identity_pool_id": [
    "google_iam_workload_identity_pool.workload_identity_pool_id",
  ],
  "google_pubsub_topic_iam_binding.topic": ["google_pubsub_topic.name"],
  "google_secret_manager_secret.topics": ["google_pubsub_topic.id"],
  "google_secret_manager_secret_iam_binding.members": ["google_service_account.member"],
  "google_secret_manager_secret_iam_binding.secret_id": ["google_secret_manager_secret.secret_id"],
  "google_secret_manager_secret_version.secret": ["google_secret_manager_secret.id"],
  "google_secret_manager_secret_version.secret_data": [
    "aws_cognito_user_pool.endpoint",
    "aws_cognito_user_pool.id",
    "aws_cognito_user_pool_client.id",
  ],
  "google_service_account_iam_binding.members": ["google_iam_workload_identity_pool.name"],
  "google_service_account_iam_binding.service_account_id": ["google_service_account.name"],
};
