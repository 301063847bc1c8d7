import { covered } from "./covered";
import type { ResourceType } from "./resource-type";

export const LAMBDA: Readonly<Record<string, ResourceType>> = {
  aws_lambda_function: {
    named: ["function", "function_name"],
    writes: [
      "architectures",
      "description",
      "environment.variables",
      "filename",
      "function_name",
      "handler",
      "logging_config.application_log_level",
      "logging_config.log_format",
      "logging_config.log_group",
      "logging_config.system_log_level",
      "memory_size",
      "reserved_concurrent_executions",
      "role",
      "runtime",
      "source_code_hash",
      "timeout",
    ],
    replaces: ["function_name", "package_type"],
    covered: [
      covered(/^(architectures|memory_size|timeout|reserved_concurrent_executions|function_name)\b/),
      covered(/^role$/),
      // The archive holds the policy, of which rows tell, and code, whose sources are reviewed and built.
      covered(/^(source_code_hash|source_code_size|last_modified|qualified_arn|version)$/),
      covered(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/, "removed"),
      covered(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/, "added"),
      // What a rotated secret says of its scopes: which the client gets is in a row.
      covered(/^environment\.variables\.SCOPE$/),
      // Rows say of each name whether it is shut out.
      covered(/^environment\.variables\.REVOKED_CALLERS$/),
    ],
    opensOutside: ["code_sha256"],
    derived: ["filename", "source_code_hash", "source_code_size", "last_modified", "qualified_arn", "version"],
    refersTo: {
      environment: [
        "aws_cognito_user_pool.endpoint",
        "aws_cognito_user_pool.id",
        "aws_cognito_user_pool_client.id",
        "aws_secretsmanager_secret.arn",
        "google_iam_workload_identity_pool_provider.name",
      ],
      logging_config: ["aws_cloudwatch_log_group.name"],
      role: ["aws_iam_role.arn"],
    },
  },
  aws_lambda_permission: {
    writes: ["action", "function_name", "principal", "source_account", "source_arn"],
    replaces: ["action", "function_name", "principal", "qualifier", "source_account", "source_arn", "statement_id"],
    covered: [covered(/^(action|principal|source_arn|statement_id)$/)],
    refersTo: {
      function_name: ["aws_lambda_function.function_name"],
      source_arn: [
        "aws_api_gateway_authorizer.id",
        "aws_api_gateway_rest_api.execution_arn",
        "aws_apigatewayv2_api.execution_arn",
        "aws_apigatewayv2_authorizer.id",
        "aws_cloudwatch_event_rule.arn",
        "aws_secretsmanager_secret.arn",
      ],
    },
  },
};
