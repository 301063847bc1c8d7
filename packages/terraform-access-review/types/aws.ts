import { SERVICE_TOKEN_HEADER, TRUSTED_HEADERS } from "../../../contract/caller-headers";
import { FEWEST_ERRORS } from "../../../contract/rollout";
import type { AttributeChange } from "../model/attribute-change";
import { isReferenceTo, isValidationRecord, soleReference } from "../terraform-json/references";
import { isRunHost } from "../terraform-json/rest-references";
import { type Attributes, blocksOf } from "../terraform-json/stack-json";
import {
  added,
  below,
  higher,
  is,
  known,
  life,
  longerRetention,
  lower,
  lowerThrottle,
  notChanged,
  notRemoved,
  on,
  present,
  type ResourceType,
  ranked,
  rankedFrom,
  removed,
  statements,
  unlessOff,
  unlessOn,
  where,
} from "./meaning";

/** References that identify the method to which a part of a REST API belongs. */
const METHOD_OF = ["http_method", "resource_id", "rest_api_id"].map(known);

/** Headers that services trust, or that API Gateway treats differently. Rows report who sets each. */
const REQUEST_HEADERS = ["Authorization", "authorization", SERVICE_TOKEN_HEADER, ...TRUSTED_HEADERS];

const CORS_ANSWERS = ["Credentials", "Headers", "Methods", "Origin"].map((name) => `Access-Control-Allow-${name}`);

/** A field of an access log that describes a request. An added one may not be a credential of it. */
const LOGGED = where("access_log_settings.format[*]", ({ kind, after }) => kind === "added" && isDescription(after));

/** Names of measurements in an access log, which neither a decision nor a trace needs. */
const MEASUREMENTS = ["latencyMs", "xrayTraceId"].map((name) => removed(`access_log_settings.format[${name}]`));

/** Events for which Cognito calls a function. */
const TRIGGERS = [
  "create_auth_challenge",
  ...["custom_email_sender", "custom_sms_sender", "pre_token_generation_config"].flatMap((name) => [
    name,
    ...below(name, "lambda_arn", "lambda_version"),
  ]),
  "custom_message",
  "define_auth_challenge",
  "post_authentication",
  "post_confirmation",
  "pre_authentication",
  "pre_sign_up",
  "pre_token_generation",
  "user_migration",
  "verify_auth_challenge_response",
];

/** Every resource type of AWS that the stacks write, by service. */
export const AWS: Readonly<Record<string, ResourceType>> = {
  // API Gateway: HTTP APIs.
  aws_apigatewayv2_api: {
    named: ["API", "name"],
    kind: "HTTP API",
    // With a target, an API creates its own route, integration and stage.
    unread: ["body", "credentials_arn", "route_key", "target"],
    replaces: ["protocol_type"],
    loss: "the API's address: every caller that does not use a custom domain needs the new one",
    access: [
      "cors_configuration",
      ...below("cors_configuration", "allow_credentials", "allow_headers", "allow_methods", "allow_origins"),
      // Pages of the allowed origins can read another header.
      removed("cors_configuration.expose_headers"),
    ],
    protects: {
      // How long a browser remembers an answer, in seconds. Unset means seconds.
      "cors_configuration.max_age": lower(0),
      disable_execute_api_endpoint: on,
    },
    runs: ["description", "name"],
    asWritten: ["protocol_type"],
  },
  aws_apigatewayv2_api_mapping: {
    kind: "HTTP API",
    replaces: ["api_id", "domain_name"],
    loss: "the API mapping of the domain: its callers get 403 until there is another mapping",
    // A row of the stage has the domain, if both are in this stack.
    access: ["api_id", "domain_name", "stage"].map(known),
    isRead: ({ api_id, domain_name, stage }) =>
      [api_id, domain_name, stage].every((text) => soleReference(text) !== undefined),
  },
  aws_apigatewayv2_authorizer: {
    replaces: ["api_id"],
    access: [
      "authorizer_result_ttl_in_seconds",
      "identity_sources",
      "jwt_configuration",
      ...below("jwt_configuration", "audience", "issuer"),
    ],
    runs: ["name"],
    asWritten: [
      "api_id",
      "authorizer_payload_format_version",
      "authorizer_type",
      "authorizer_uri",
      "enable_simple_responses",
    ],
  },
  aws_apigatewayv2_domain_name: {
    kind: "domain",
    replaces: ["domain_name"],
    loss: "the domain's endpoint: its callers reach nothing until DNS points to the new one",
    protects: {
      "domain_name_configuration.security_policy": ranked("TLS_1_0", "TLS_1_2"),
      mutual_tls_authentication: present,
    },
    asWritten: [
      "domain_name",
      ...below("domain_name_configuration", "certificate_arn", "endpoint_type", "ip_address_type"),
      ...below("mutual_tls_authentication", "truststore_uri", "truststore_version"),
    ],
    unwritten: {
      runs: [
        "api_mapping_selection_expression",
        ...below("domain_name_configuration", "hosted_zone_id", "target_domain_name"),
      ],
    },
    isRead: ({ domain_name_configuration }) =>
      [domain_name_configuration].flat().every((each) => each?.security_policy === "TLS_1_2"),
  },
  aws_apigatewayv2_integration: {
    replaces: ["api_id", "integration_type"],
    // Another header of the caller stops here.
    access: [added("request_parameters[remove:header.*]")],
    runs: ["timeout_milliseconds"],
    asWritten: [
      "api_id",
      "integration_method",
      "integration_type",
      "integration_uri",
      "payload_format_version",
      "request_parameters",
    ],
  },
  aws_apigatewayv2_route: {
    replaces: ["api_id"],
    access: [
      "authorization_scopes",
      "authorization_type",
      // Rows show who decides. Without an authorizer, the type says whether anyone may call.
      { name: "authorizer_id", known: true },
      "route_key",
      known("target"),
    ],
    asWritten: ["api_id"],
  },
  aws_apigatewayv2_stage: {
    kind: "stage",
    replaces: ["api_id", "name"],
    // Throttles are compared route by route, because a route without its own limits has the stage's.
    access: [
      ...below("default_route_settings", "throttling_burst_limit", "throttling_rate_limit"),
      "route_settings",
      ...below("route_settings[]", "route_key", "throttling_burst_limit", "throttling_rate_limit"),
    ],
    protects: { access_log_settings: present },
    runs: [LOGGED, ...MEASUREMENTS, "stage_variables[policy]"],
    asWritten: [
      ...below("access_log_settings", "destination_arn", "format"),
      "api_id",
      "auto_deploy",
      "name",
      "stage_variables",
    ],
    unwritten: {
      runs: [
        ...below("default_route_settings", "data_trace_enabled", "logging_level"),
        ...below("route_settings[]", "data_trace_enabled", "detailed_metrics_enabled", "logging_level"),
      ],
    },
    derived: ["stage_variables.policy"],
  },

  // API Gateway: REST APIs.
  aws_api_gateway_account: { asWritten: ["cloudwatch_role_arn"] },
  aws_api_gateway_api_key: {
    replaces: ["value"],
    // Rows name callers by their keys.
    access: ["value"],
    runs: ["description", "name"],
    unwritten: { runs: ["created_date", "last_updated_date"] },
  },
  aws_api_gateway_authorizer: {
    replaces: ["rest_api_id"],
    access: ["authorizer_result_ttl_in_seconds", known("authorizer_uri"), "identity_source", "type"],
    runs: ["name"],
    asWritten: ["rest_api_id"],
  },
  aws_api_gateway_deployment: {
    expressions: ["triggers"],
    // Another snapshot is another object, and the old one is no longer needed.
    replaces: ["rest_api_id", "triggers", "variables"],
    // The content of a snapshot is declared, and the report notes that a new one goes live. Without a trigger, none does.
    runs: ["lifecycle.create_before_destroy", notRemoved("triggers.*")],
    asWritten: ["rest_api_id"],
    unwritten: { runs: ["created_date"] },
  },
  aws_api_gateway_gateway_response: {
    replaces: ["response_type", "rest_api_id"],
    access: ["Access-Control-Allow-Credentials", "Access-Control-Allow-Origin", "WWW-Authenticate"].map(
      (name) => `response_parameters[gatewayresponse.header.${name}]`,
    ),
    runs: [
      // A template can put the authorizer's result into the answer.
      where("response_templates.*", ({ kind, after }) => kind !== "hidden" && isPlainTemplate(after)),
      "status_code",
    ],
    asWritten: ["response_parameters", "response_type", "rest_api_id"],
  },
  aws_api_gateway_integration: {
    replaces: [
      "credentials",
      "http_method",
      "resource_id",
      "rest_api_id",
      "integration_http_method",
      "passthrough_behavior",
      "type",
    ],
    access: [
      ...METHOD_OF,
      "integration_http_method",
      // A caller's own header of that name stops here.
      added("request_parameters[integration.request.header.*]"),
      ...REQUEST_HEADERS.map((name) => `request_parameters[integration.request.header.${name}]`),
      "request_parameters[integration.request.path.*]",
    ],
    runs: ["response_transfer_mode", "timeout_milliseconds"],
    asWritten: ["content_handling", "passthrough_behavior", "request_parameters", "request_templates", "type", "uri"],
  },
  aws_api_gateway_integration_response: {
    replaces: ["http_method", "resource_id", "rest_api_id", "status_code"],
    access: [
      ...METHOD_OF,
      ...CORS_ANSWERS.map((name) => `response_parameters[method.response.header.${name}]`),
      "response_templates.*",
    ],
    runs: [
      // A mapping can put the authorizer's result into the answer.
      where("response_parameters[method.response.header.Access-Control-Max-Age]", ({ kind, after }) => {
        return kind === "removed" || /^'\d+'$/.test(String(after));
      }),
    ],
    asWritten: ["content_handling", "response_parameters", "status_code"],
  },
  aws_api_gateway_method: {
    replaces: ["http_method", "resource_id", "rest_api_id"],
    access: [
      "api_key_required",
      "authorization",
      { name: "authorizer_id", known: true },
      "http_method",
      known("resource_id"),
      known("rest_api_id"),
    ],
    runs: ["request_parameters.*"],
  },
  aws_api_gateway_method_response: {
    replaces: ["http_method", "resource_id", "rest_api_id", "status_code"],
    access: METHOD_OF,
    // Headers that an answer may have. Rows show the values that it has.
    runs: ["response_parameters.*"],
    asWritten: ["status_code"],
  },
  aws_api_gateway_method_settings: {
    // These references identify the settings that they replace.
    isRead: ({ rest_api_id, stage_name }) =>
      [rest_api_id, stage_name].every((text) => soleReference(text) !== undefined),
    replaces: ["method_path", "rest_api_id", "stage_name"],
    protects: {
      "settings.caching_enabled": unlessOn,
      "settings.data_trace_enabled": unlessOn,
      "settings.logging_level": rankedFrom("OFF", "INFO", "ERROR", "OFF"),
      "settings.throttling_burst_limit": lowerThrottle,
      "settings.throttling_rate_limit": lowerThrottle,
    },
    runs: ["settings.metrics_enabled"],
    asWritten: ["method_path", "rest_api_id", "stage_name"],
    protection: { words: "a throttle of its own" },
  },
  aws_api_gateway_resource: {
    replaces: ["rest_api_id"],
    // Routes are called by their whole path.
    access: [known("parent_id"), "path_part"],
    asWritten: ["rest_api_id"],
    unwritten: { runs: ["path"] },
  },
  aws_api_gateway_rest_api: {
    named: ["REST API", "name"],
    // It may declare methods that no resource shows.
    unread: ["body"],
    loss: "the API's address: every caller that does not use a custom domain needs the new one",
    access: ["api_key_source"],
    protects: { disable_execute_api_endpoint: on },
    runs: ["description", "lifecycle.create_before_destroy", "name"],
    asWritten: ["binary_media_types", "endpoint_configuration.types"],
    unwritten: { runs: ["created_date"] },
    ownedBy: { policy: { type: "aws_api_gateway_rest_api_policy", of: "rest_api_id" } },
  },
  aws_api_gateway_rest_api_policy: {
    kind: "REST API",
    replaces: ["rest_api_id"],
    access: statements("policy"),
    asWritten: ["rest_api_id"],
    protection: { words: "a policy that denies other networks" },
  },
  aws_api_gateway_stage: {
    kind: "stage",
    expressions: ["variables"],
    replaces: ["rest_api_id", "stage_name"],
    access: [
      known("deployment_id"),
      "stage_name",
      // Rows name the service behind each route.
      where("variables[service_*]", ({ kind, after }) => kind === "removed" || isRunHost(after)),
    ],
    protects: { access_log_settings: present, cache_cluster_enabled: unlessOn },
    runs: [LOGGED, ...MEASUREMENTS, "description", "variables[policy]", "xray_tracing_enabled"],
    asWritten: [...below("access_log_settings", "destination_arn", "format"), "rest_api_id", "variables"],
    derived: ["variables.policy"],
  },
  aws_api_gateway_usage_plan: {
    access: [
      "api_stages",
      ...below("api_stages[]", "api_id", "stage"),
      "quota_settings",
      ...below("quota_settings", "limit", "period"),
      "throttle_settings",
      ...below("throttle_settings", "burst_limit", "rate_limit"),
    ],
    runs: ["name"],
  },
  aws_api_gateway_usage_plan_key: {
    replaces: ["key_id", "key_type", "usage_plan_id"],
    access: [known("key_id"), known("usage_plan_id")],
    asWritten: ["key_type"],
    unwritten: { runs: ["name", "value"] },
  },

  // A domain of a gateway: ACM and Route 53.
  aws_acm_certificate: {
    replaces: [
      "certificate_authority_arn",
      "domain_name",
      "key_algorithm",
      "subject_alternative_names",
      "validation_method",
    ],
    runs: ["domain_name", "lifecycle.create_before_destroy"],
    asWritten: ["validation_method"],
    unwritten: {
      runs: ["arn", "domain_validation_options.*", "id", "not_after", "not_before", "status", "validation_emails"],
    },
    going: {
      status: /^(EXPIRED|FAILED|INACTIVE|REVOKED|VALIDATION_TIMED_OUT)$/,
      "renewal_summary.renewal_status": /^FAILED$/,
    },
  },
  aws_acm_certificate_validation: {
    replaces: ["certificate_arn", "validation_record_fqdns"],
    // It only waits for the certificate.
    runs: ["certificate_arn", "validation_record_fqdns"],
  },
  aws_route53_record: {
    expressions: ["name", "records", "type"],
    replaces: ["name", "zone_id"],
    // Which of two front doors of the name Route 53 answers with.
    runs: [
      "failover_routing_policy",
      ...below("failover_routing_policy", "type"),
      "latency_routing_policy",
      ...below("latency_routing_policy", "region"),
      "set_identifier",
    ],
    asWritten: [
      ...below("alias", "evaluate_target_health", "name", "zone_id"),
      "name",
      "records",
      "ttl",
      "type",
      "zone_id",
    ],
    // A name for a domain of this stack, or the proof that AWS wants before it issues this stack's certificate.
    isRead: ({ alias, records = [], type, name }) =>
      alias === undefined
        ? [name, type, ...records].every(isValidationRecord)
        : [alias].flat().every((each) => soleReference(each?.name)?.type === "aws_apigatewayv2_domain_name"),
  },

  // CloudWatch: monitoring grants no access, but losing some of it is a loss.
  aws_cloudwatch_composite_alarm: {
    kind: "alarm",
    replaces: ["alarm_name"],
    isMonitoring: true,
    // An additional receiver learns only the alarm's name and state.
    runs: [added("alarm_actions"), "alarm_description", "alarm_name", added("ok_actions")],
    asWritten: ["alarm_rule"],
    unwritten: { runs: ["arn"] },
  },
  aws_cloudwatch_dashboard: {
    named: ["dashboard", "dashboard_name"],
    replaces: ["dashboard_name"],
    isMonitoring: true,
    // Only a text. Viewing a metric requires a permission for the metric.
    runs: ["dashboard_body.*", "dashboard_name"],
    isHarmlessAlone: true,
  },
  aws_cloudwatch_event_rule: {
    replaces: ["event_bus_name", "name", "name_prefix"],
    runs: ["description", "name"],
    asWritten: ["schedule_expression", "state"],
    unwritten: { runs: ["arn"] },
  },
  aws_cloudwatch_event_target: {
    replaces: ["event_bus_name", "rule", "target_id"],
    access: [known("arn"), known("rule")],
    asWritten: ["input", "target_id"],
    // Events may go to a target that the stack does not contain.
    isRead: ({ arn }) => isReferenceTo(arn, "aws_lambda_function.arn"),
  },
  aws_cloudwatch_log_group: {
    named: ["log group", "name"],
    replaces: ["name", "name_prefix"],
    loss: "every log line in it",
    protects: { retention_in_days: longerRetention },
    runs: ["name"],
    isHarmlessAlone: true,
  },
  aws_cloudwatch_log_metric_filter: {
    replaces: ["log_group_name", "name"],
    isMonitoring: true,
    runs: ["name"],
    asWritten: [
      "log_group_name",
      ...below("metric_transformation", "default_value", "dimensions", "name", "namespace", "value"),
      "pattern",
    ],
  },
  aws_cloudwatch_metric_alarm: {
    kind: "alarm",
    replaces: ["alarm_name"],
    isMonitoring: true,
    protects: {
      threshold: lower(Number.POSITIVE_INFINITY),
      metric_query: {
        strength: (value) => mostRequests(blocksOf(value).map((each) => each.expression)) ?? 0,
        // It reads one number of an expression. The rest of a query may be anything.
        judges: () => false,
      },
    },
    runs: [
      // An additional receiver learns only the alarm's name and state.
      added("alarm_actions"),
      "alarm_description",
      "alarm_name",
      where("metric_query[].expression", countsAlike),
      added("ok_actions"),
    ],
    asWritten: [
      "comparison_operator",
      "datapoints_to_alarm",
      "dimensions",
      "evaluation_periods",
      "metric_name",
      ...below("metric_query", "id", "return_data"),
      ...below("metric_query.metric", "dimensions", "metric_name", "namespace", "period", "stat"),
      "namespace",
      "period",
      "statistic",
      "treat_missing_data",
    ],
    unwritten: { runs: ["arn"] },
  },
  aws_cloudwatch_query_definition: {
    // Only a text. Running the query requires permissions on the groups that it names.
    runs: ["log_group_names", "name", "query_string"],
  },

  // Cognito.
  aws_cognito_managed_login_branding: {
    kind: "app client",
    replaces: ["client_id", "user_pool_id"],
    loss: "the sign-in pages of its app client, until it has a style again",
    runs: ["client_id", "use_cognito_provided_values"],
    asWritten: ["user_pool_id"],
    isHarmlessAlone: true,
  },
  aws_cognito_resource_server: {
    replaces: ["identifier", "user_pool_id"],
    access: ["identifier", "scope", "scope[].scope_name"],
    runs: ["name", "scope[].scope_description"],
    asWritten: ["user_pool_id"],
  },
  aws_cognito_user_pool: {
    named: ["user pool", "name"],
    replaces: ["alias_attributes", "username_attributes"],
    loss: "every user of the pool, and the IDs of all its clients",
    access: ["admin_create_user_config.allow_admin_create_user_only"],
    protects: {
      deletion_protection: is("ACTIVE"),
      mfa_configuration: rankedFrom("OFF", "OFF", "OPTIONAL", "ON"),
      "password_policy.minimum_length": higher(8),
      "password_policy.require_lowercase": on,
      "password_policy.require_numbers": on,
      "password_policy.require_symbols": on,
      "password_policy.require_uppercase": on,
      // Cognito reads 0 as its default, not as a number of days.
      "password_policy.temporary_password_validity_days": (value) => -(Number(value) || 7),
      "software_token_mfa_configuration.enabled": on,
      user_pool_tier: rankedFrom("ESSENTIALS", "LITE", "ESSENTIALS", "PLUS"),
    },
    runs: ["name"],
    asWritten: [
      ...below("account_recovery_setting.recovery_mechanism", "name", "priority"),
      "auto_verified_attributes",
      "username_attributes",
      "username_configuration.case_sensitive",
    ],
    // Rows report each function that Cognito calls.
    unwritten: { access: ["lambda_config", ...below("lambda_config", ...TRIGGERS)] },
  },
  aws_cognito_user_pool_client: {
    kind: "app client",
    replaces: ["generate_secret", "user_pool_id"],
    loss: "its client ID and secret: its users need the new ones",
    access: [
      "allowed_oauth_flows",
      "allowed_oauth_flows_user_pool_client",
      "allowed_oauth_scopes",
      "callback_urls",
      "explicit_auth_flows",
      "generate_secret",
      "logout_urls",
      added("supported_identity_providers"),
    ],
    protects: {
      access_token_validity: life("access_token"),
      enable_token_revocation: unlessOff,
      id_token_validity: life("id_token"),
      prevent_user_existence_errors: is("ENABLED"),
      refresh_token_validity: life("refresh_token"),
    },
    // Guards compare the lifetimes in these units.
    runs: [
      "name",
      "token_validity_units",
      ...below("token_validity_units[]", "access_token", "id_token", "refresh_token"),
    ],
    asWritten: ["user_pool_id"],
    opensOutside: ["read_attributes", "write_attributes"],
  },
  aws_cognito_user_pool_domain: {
    kind: "user pool",
    replaces: ["domain", "user_pool_id"],
    loss: "the address where people sign in and programs get tokens",
    // Another address of the same pool.
    runs: ["domain", "managed_login_version"],
    asWritten: ["user_pool_id"],
    isHarmlessAlone: true,
  },

  // IAM.
  aws_iam_openid_connect_provider: {
    named: ["identity provider", "url"],
    replaces: ["url"],
    loss: "the pipeline's sign-in: no workflow gets a role until roles trust another identity provider",
    // Tokens for fewer audiences are accepted.
    access: [removed("client_id_list")],
    asWritten: ["url"],
    opensOutside: ["thumbprint_list"],
  },
  aws_iam_policy: {
    kind: "role",
    replaces: ["description", "name", "name_prefix", "path"],
    runs: ["description", "name"],
    // It may also be attached elsewhere, where no row shows it.
    asWritten: ["policy"],
  },
  aws_iam_role: {
    named: ["role", "name"],
    replaces: ["name", "name_prefix", "path"],
    access: statements("assume_role_policy"),
    protects: { max_session_duration: lower(3600) },
    runs: ["description", "name"],
    unwritten: {
      access: ["inline_policy.*", "managed_policy_arns"],
      // Another boundary may permit more, and no row shows what a boundary permits.
      protects: { permissions_boundary: present },
    },
    opensOutside: ["inline_policy", "managed_policy_arns"],
    ownedBy: {
      inline_policy: { type: "aws_iam_role_policy", of: "role", item: "name" },
      managed_policy_arns: { type: "aws_iam_role_policy_attachment", of: "role", item: "policy_arn" },
    },
  },
  aws_iam_role_policies_exclusive: {
    kind: "role",
    replaces: ["role_name"],
    // Fewer policies are tolerated.
    access: [removed("policy_names")],
    asWritten: ["role_name"],
    protection: { words: "a guard against inline policies from elsewhere" },
  },
  aws_iam_role_policy: {
    kind: "role",
    replaces: ["name", "name_prefix", "role"],
    access: statements("policy"),
    runs: ["name"],
    asWritten: ["role"],
  },
  aws_iam_role_policy_attachment: {
    kind: "role",
    replaces: ["policy_arn", "role"],
    access: ["policy_arn"],
    asWritten: ["role"],
  },
  aws_iam_role_policy_attachments_exclusive: {
    kind: "role",
    replaces: ["role_name"],
    access: [removed("policy_arns")],
    asWritten: ["role_name"],
    protection: { words: "a guard against attached policies from elsewhere" },
  },

  // Lambda.
  aws_lambda_alias: {
    named: ["alias", "name"],
    replaces: ["function_name", "name"],
    runs: ["name"],
    // The version decides every call, so any change of it is reported.
    asWritten: ["function_name", "function_version"],
    unwritten: { runs: ["arn", "invoke_arn"] },
  },
  aws_lambda_function: {
    named: ["function", "function_name"],
    replaces: ["function_name", "package_type"],
    access: [
      // Rows name the issuers and clients by these. Another value of one may be another issuer.
      notChanged("environment.variables[CLIENT_*]"),
      notChanged("environment.variables[ISSUER_*]"),
      // Rows report each refused name.
      "environment.variables[REVOKED_CALLERS]",
      // The scopes in a rotated secret. A row reports the scopes that the client gets.
      "environment.variables[SCOPE]",
      "function_name",
      "role",
    ],
    runs: [
      "architectures",
      "description",
      "memory_size",
      "publish",
      "reserved_concurrent_executions",
      // The archive contains the policy, which rows report, and code, whose sources are reviewed.
      "source_code_hash",
      "timeout",
    ],
    asWritten: [
      "environment.variables",
      "filename",
      "handler",
      ...below("logging_config", "application_log_level", "log_format", "log_group", "system_log_level"),
      "runtime",
    ],
    unwritten: { runs: ["last_modified", "qualified_arn", "qualified_invoke_arn", "source_code_size", "version"] },
    opensOutside: ["code_sha256"],
    derived: [
      "filename",
      "source_code_hash",
      "source_code_size",
      "last_modified",
      "qualified_arn",
      "qualified_invoke_arn",
      "version",
    ],
  },
  aws_lambda_permission: {
    replaces: ["action", "function_name", "principal", "qualifier", "source_account", "source_arn", "statement_id"],
    access: ["action", "principal", "qualifier", "source_account", "source_arn"],
    runs: ["lifecycle.create_before_destroy"],
    asWritten: ["function_name"],
    unwritten: { runs: ["statement_id"] },
  },
  // Waiting instances grant nothing in addition to their version. For an alias, they make Lambda invoke the former
  // version for minutes after a change of the alias, such as a revocation.
  aws_lambda_provisioned_concurrency_config: {
    replaces: ["function_name", "qualifier"],
    isRead: ({ qualifier }) => isVersion(qualifier),
    runs: [
      "function_name",
      "lifecycle.create_before_destroy",
      "provisioned_concurrent_executions",
      where("qualifier", ({ after }) => isVersion(after)),
    ],
    isHarmlessAlone: true,
  },

  // S3.
  aws_s3_bucket: {
    named: ["bucket", "bucket"],
    unread: ["acl", "grant"],
    replaces: ["bucket", "bucket_prefix"],
    loss: "every object in it: in the state bucket, the Terraform state of each environment",
    // Rows name the buckets whose objects a principal may read.
    access: ["bucket"],
    protects: { force_destroy: unlessOn, "lifecycle.prevent_destroy": on },
    asWritten: ["region"],
    opensOutside: ["acl", "grant"],
    ownedBy: { policy: { type: "aws_s3_bucket_policy", of: "bucket" } },
  },
  aws_s3_bucket_lifecycle_configuration: {
    kind: "bucket",
    replaces: ["bucket"],
    asWritten: [
      "bucket",
      "region",
      "rule.abort_incomplete_multipart_upload.days_after_initiation",
      "rule.id",
      ...below("rule.noncurrent_version_expiration", "newer_noncurrent_versions", "noncurrent_days"),
      "rule.status",
    ],
  },
  aws_s3_bucket_ownership_controls: {
    kind: "bucket",
    replaces: ["bucket"],
    asWritten: ["bucket", "region", "rule.object_ownership"],
    protection: { words: "ownership controls" },
  },
  aws_s3_bucket_policy: {
    kind: "bucket",
    replaces: ["bucket"],
    access: statements("policy"),
    asWritten: ["bucket", "region"],
  },
  aws_s3_bucket_public_access_block: {
    kind: "bucket",
    replaces: ["bucket"],
    protects: { block_public_acls: on, block_public_policy: on, ignore_public_acls: on, restrict_public_buckets: on },
    asWritten: ["bucket", "region"],
    protection: { words: "a public access block" },
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    kind: "bucket",
    replaces: ["bucket"],
    asWritten: ["bucket", "region", "rule.apply_server_side_encryption_by_default.sse_algorithm"],
    protection: { words: "encryption settings" },
  },
  aws_s3_bucket_versioning: {
    kind: "bucket",
    replaces: ["bucket"],
    protects: { "versioning_configuration.status": is("Enabled") },
    asWritten: ["bucket", "region"],
    protection: { words: "versioning" },
  },
  aws_s3_object: {
    unread: ["acl"],
    replaces: ["bucket", "key"],
    asWritten: ["bucket", "content", "content_type", "key", "override_provider.default_tags.tags"],
    // No row reports the content. In a bucket that is new as well, it replaces nothing.
    isRead: ({ bucket }, before) => {
      const into = soleReference(bucket);
      return into?.type === "aws_s3_bucket" && before.resource.aws_s3_bucket?.[into.name] === undefined;
    },
  },

  // Secrets Manager.
  aws_secretsmanager_secret: {
    named: ["AWS secret", "name"],
    kind: "secret",
    replaces: ["name", "name_prefix"],
    loss: "the secret's value, and its name during its recovery window",
    protects: { "lifecycle.prevent_destroy": on, recovery_window_in_days: higher(30) },
    runs: ["description", "name"],
    ownedBy: { policy: { type: "aws_secretsmanager_secret_policy", of: "secret_arn" } },
  },
  aws_secretsmanager_secret_policy: {
    kind: "secret",
    replaces: ["secret_arn"],
    access: statements("policy"),
    protects: { block_public_policy: on },
    asWritten: ["secret_arn"],
    protection: { words: "a policy that denies all but its readers" },
  },
  aws_secretsmanager_secret_rotation: {
    // Rows report its function only if that is in this stack.
    isRead: ({ rotation_lambda_arn }) => isReferenceTo(rotation_lambda_arn, "aws_lambda_function.arn"),
    kind: "secret",
    replaces: ["secret_id"],
    access: [known("rotation_lambda_arn"), known("secret_id")],
    protects: { "rotation_rules.automatically_after_days": lower(Number.POSITIVE_INFINITY) },
    runs: ["lifecycle.replace_triggered_by"],
    asWritten: ["rotate_immediately"],
    unwritten: { runs: ["rotation_enabled"] },
    protection: { of: "secret_id" },
    opensOutside: ["rotation_enabled"],
  },
  aws_secretsmanager_secret_version: {
    expressions: ["secret_string_wo"],
    kind: "secret",
    replaces: ["secret_id", "secret_string_wo_version"],
    // A secret's value is hidden. A guard covers the references in it.
    access: ["secret_string_wo", "secret_string_wo_version"],
    // The labels of a rotated secret's versions belong to its rotation.
    harmlessOutside: ["version_stages"],
    runs: ["lifecycle.replace_triggered_by", "version_stages"],
    asWritten: ["lifecycle.ignore_changes", "secret_id"],
  },

  // WAF. Guards compare the rules of a web ACL and the networks of an IP set, unless anything else differs.
  aws_wafv2_ip_set: {
    replaces: ["ip_address_version", "name", "scope"],
    asWritten: ["addresses", "ip_address_version", "name", "scope"],
  },
  aws_wafv2_web_acl: {
    replaces: ["name", "scope"],
    // A guard compares how much of a body the rules inspect.
    access: [
      "association_config",
      "association_config.request_body",
      "association_config.request_body[].api_gateway",
      "association_config.request_body[].api_gateway.default_size_inspection_limit",
    ],
    runs: [
      "description",
      "visibility_config",
      ...below("visibility_config", "cloudwatch_metrics_enabled", "metric_name", "sampled_requests_enabled"),
    ],
    asWritten: [
      "name",
      ...below("rule", "name", "priority", "rule_label.name"),
      ...below(
        "rule.statement",
        ...below("and_statement.statement.label_match_statement", "key", "scope"),
        ...below("and_statement.statement", ...bodySize()),
        "geo_match_statement.country_codes",
        "ip_set_reference_statement.arn",
        ...below("managed_rule_group_statement", "name", "rule_action_override.name", "vendor_name"),
        "not_statement.statement.geo_match_statement.country_codes",
        ...below(
          "not_statement.statement.regex_match_statement",
          "field_to_match.single_header.name",
          "regex_string",
          ...below("text_transformation", "priority", "type"),
        ),
        "or_statement.statement.ip_set_reference_statement.arn",
        ...below("rate_based_statement", "aggregate_key_type", "evaluation_window_sec", "limit"),
        ...bodySize(),
      ),
      ...below("rule.visibility_config", "cloudwatch_metrics_enabled", "metric_name", "sampled_requests_enabled"),
      "scope",
    ],
    unwritten: { runs: ["capacity", "lock_token"] },
  },
  aws_wafv2_web_acl_association: {
    replaces: ["resource_arn", "web_acl_arn"],
    asWritten: ["resource_arn", "web_acl_arn"],
    protection: { words: "a web ACL in front of it", of: "resource_arn" },
  },
  aws_wafv2_web_acl_logging_configuration: {
    replaces: ["resource_arn"],
    asWritten: ["log_destination_configs", "redacted_fields.single_header.name", "resource_arn"],
    protection: { words: "a web ACL log", of: "resource_arn" },
    isRead: (attributes) => hidesToken(attributes) && logsHere(attributes),
  },
};

/** Arguments of a statement that matches bodies by their size. */
function bodySize(): readonly string[] {
  return below(
    "size_constraint_statement",
    "comparison_operator",
    "field_to_match.body.oversize_handling",
    "size",
    ...below("text_transformation", "priority", "type"),
  );
}

/** Variables of an access log that say what was called, by whom, and how it went. */
const DESCRIBES =
  /\$context\.(authorizer\.(actor|callerKind|claims\.(client_id|iss|scope|sub)|client|decision|error|issuer|subject)|dataProcessed|extendedRequestId|httpMethod|identity\.(sourceIp|userAgent)|integration\.(error|latency|status)|integrationLatency|path|protocol|requestId|requestTime|requestTimeEpoch|resourcePath|responseLatency|responseLength|routeKey|stage|status|xrayTraceId)(?![\w.[])/g;

function isDescription(value: unknown): boolean {
  return typeof value === "string" && !value.replace(DESCRIBES, "").includes("$");
}

/** Variables of a Velocity template that only identify the request. */
const ITS_NUMBER = /\$context\.(requestId|extendedRequestId|error\.(message|messageString|responseType))\b/g;

/** Whether templates of API Gateway's responses reveal nothing that only the gateway knows. */
function isPlainTemplate(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.entries(value).flat().every(isPlainTemplate);
  return typeof value !== "string" || !/[$#]/.test(value.replace(ITS_NUMBER, ""));
}

/** Whether it is a version that the stack publishes, or a version's number. */
function isVersion(qualifier: unknown): boolean {
  return isReferenceTo(qualifier, "aws_lambda_function.version") || /^\d+$/.test(String(qualifier));
}

/** Whether the log omits the token. A firewall logs every header except those that it lists. */
function hidesToken({ redacted_fields }: Attributes): boolean {
  return blocksOf(redacted_fields).some(
    ({ single_header }) => String(blocksOf(single_header)[0]?.name).toLowerCase() === "authorization",
  );
}

function logsHere({ log_destination_configs }: Attributes): boolean {
  return [log_destination_configs ?? []].flat().every((each) => isReferenceTo(each, "aws_cloudwatch_log_group.arn"));
}

/** A share of errors that counts up to a number of requests, as the stacks write it. */
const SHARE = /^IF\(errors >= (\d+), IF\((\w+) <= (\d+), 100 \* errors \/ \2, 0\), 0\)$/;

/** The number of requests up to which the alarm counts: more is safer. Undefined for an expression of another form. */
function mostRequests(expressions: readonly unknown[]): number | undefined {
  const found = expressions.flatMap((each) => SHARE.exec(String(each)) ?? []);
  return found[1] === String(FEWEST_ERRORS) ? Number(found[3]) : undefined;
}

/** Whether an expression changes in that number alone. */
function countsAlike({ before, after }: Pick<AttributeChange, "before" | "after">): boolean {
  const [was, is] = [before, after].map((each) => SHARE.exec(String(each)));
  const isRead = [before, after].every((each) => mostRequests([each]) !== undefined);
  return isRead && was?.[2] === is?.[2];
}
