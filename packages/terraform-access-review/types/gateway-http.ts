import { covered } from "./covered";
import type { ResourceType } from "./resource-type";
import { on, ranked } from "./strength";

export const GATEWAY_HTTP: Readonly<Record<string, ResourceType>> = {
  aws_apigatewayv2_api: {
    named: ["API", "name"],
    kind: "HTTP API",
    writes: [
      "cors_configuration.allow_credentials",
      "cors_configuration.allow_headers",
      "cors_configuration.allow_methods",
      "cors_configuration.allow_origins",
      "cors_configuration.expose_headers",
      "cors_configuration.max_age",
      "description",
      "disable_execute_api_endpoint",
      "name",
      "protocol_type",
    ],
    // With a target an API makes a route, an integration and a stage of its own.
    unread: ["body", "credentials_arn", "route_key", "target"],
    replaces: ["protocol_type"],
    loss: "the API's address: every caller that does not use a custom domain needs the new one",
    covered: [
      covered(/^(name|disable_execute_api_endpoint)$/),
      covered(/^cors_configuration(\.allow_\w+)?$/),
      covered(/^cors_configuration\.expose_headers$/, "removed"),
    ],
    guards: { disable_execute_api_endpoint: on },
  },
  aws_apigatewayv2_api_mapping: {
    kind: "HTTP API",
    writes: ["api_id", "domain_name", "stage"],
    replaces: ["api_id", "domain_name"],
    loss: "the API mapping of the domain: its callers get 403 until there is another mapping",
    covered: [{ path: /^(api_id|domain_name|stage)$/, only: "changed", known: true }],
    // Where a name leads, and who may come by it, is in no row.
    isRead: () => false,
    refersTo: {
      api_id: ["aws_api_gateway_rest_api.id", "aws_apigatewayv2_api.id"],
      domain_name: ["aws_apigatewayv2_domain_name.id"],
      stage: ["aws_api_gateway_stage.stage_name", "aws_apigatewayv2_stage.name"],
    },
  },
  aws_apigatewayv2_authorizer: {
    writes: [
      "api_id",
      "authorizer_payload_format_version",
      "authorizer_result_ttl_in_seconds",
      "authorizer_type",
      "authorizer_uri",
      "enable_simple_responses",
      "identity_sources",
      "jwt_configuration.audience",
      "jwt_configuration.issuer",
      "name",
    ],
    replaces: ["api_id"],
    covered: [
      covered(/^(name|identity_sources|authorizer_result_ttl_in_seconds|jwt_configuration(\.(audience|issuer))?)$/),
    ],
    refersTo: {
      api_id: ["aws_apigatewayv2_api.id"],
      authorizer_uri: ["aws_lambda_function.invoke_arn"],
      jwt_configuration: ["aws_cognito_user_pool.endpoint", "aws_cognito_user_pool_client.id"],
    },
  },
  aws_apigatewayv2_domain_name: {
    kind: "domain",
    writes: [
      "domain_name",
      "domain_name_configuration.certificate_arn",
      "domain_name_configuration.endpoint_type",
      "domain_name_configuration.ip_address_type",
      "domain_name_configuration.security_policy",
      "mutual_tls_authentication.truststore_uri",
      "mutual_tls_authentication.truststore_version",
    ],
    replaces: ["domain_name"],
    loss: "the domain's endpoint: its callers reach nothing until DNS points to the new one",
    // Guards: the version of TLS, and whether callers bring certificates.
    covered: [
      covered(
        /^(domain_name_configuration\.(security_policy|target_domain_name|hosted_zone_id)|api_mapping_selection_expression)$/,
      ),
    ],
    guards: {
      "domain_name_configuration.security_policy": ranked("TLS_1_0", "TLS_1_2"),
      mutual_tls_authentication: (value) => (value ? 1 : 0),
    },
    isRead: () => false,
    refersTo: {
      domain_name_configuration: ["aws_acm_certificate_validation.certificate_arn"],
      mutual_tls_authentication: ["aws_s3_bucket.id", "aws_s3_object.key", "aws_s3_object.version_id"],
    },
  },
  aws_apigatewayv2_integration: {
    writes: [
      "api_id",
      "integration_method",
      "integration_type",
      "integration_uri",
      "payload_format_version",
      "request_parameters",
      "timeout_milliseconds",
    ],
    replaces: ["api_id", "integration_type"],
    covered: [covered(/^timeout_milliseconds$/), covered(/^request_parameters\["remove:header\.[^"]+"\]$/, "added")],
    refersTo: { api_id: ["aws_apigatewayv2_api.id"], integration_uri: ["google_cloud_run_v2_service.uri"] },
  },
  aws_apigatewayv2_route: {
    writes: ["api_id", "authorization_scopes", "authorization_type", "authorizer_id", "route_key", "target"],
    replaces: ["api_id"],
    covered: [
      covered(/^(authorization_scopes|authorization_type|route_key)$/),
      { path: /^(authorizer_id|target)$/, only: "changed", known: true },
    ],
    refersTo: {
      api_id: ["aws_apigatewayv2_api.id"],
      authorizer_id: ["aws_apigatewayv2_authorizer.id"],
      target: ["aws_apigatewayv2_integration.id"],
    },
  },
  aws_apigatewayv2_stage: {
    kind: "stage",
    writes: [
      "access_log_settings.destination_arn",
      "access_log_settings.format",
      "api_id",
      "auto_deploy",
      "default_route_settings.throttling_burst_limit",
      "default_route_settings.throttling_rate_limit",
      "name",
      "route_settings.route_key",
      "route_settings.throttling_burst_limit",
      "route_settings.throttling_rate_limit",
      "stage_variables",
    ],
    replaces: ["api_id", "name"],
    covered: [
      covered(/^(stage_variables\.policy|default_route_settings\.(throttling_\w+|logging_level|data_trace_enabled))$/),
      covered(/^route_settings\b.*/),
      covered(/^access_log_settings$/, "added"),
      covered(/^access_log_settings$/, "removed"),
      covered(/^access_log_settings\.format\./, "added"),
    ],
    guards: { access_log_settings: (value) => (value ? 1 : 0) },
    derived: ["stage_variables.policy"],
    refersTo: { access_log_settings: ["aws_cloudwatch_log_group.arn"], api_id: ["aws_apigatewayv2_api.id"] },
  },
};
