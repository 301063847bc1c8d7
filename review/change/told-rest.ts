import { isPlainTemplate } from "./harmless-values";
import { STATEMENTS, type Told, told } from "./told-of";

const METHOD_OF: Told = { path: /^(http_method|resource_id|rest_api_id)$/, only: "changed", known: true };

/** What is told of the types of a REST API: rows read the whole of a method, and of who may use up how much. */
export const TOLD_OF_REST: Readonly<Record<string, readonly Told[]>> = {
  aws_api_gateway_api_key: [told(/^(name|value|created_date|last_updated_date)$/)],
  aws_api_gateway_authorizer: [
    told(/^(name|type|identity_source|authorizer_result_ttl_in_seconds)$/),
    { path: /^authorizer_uri$/, only: "changed", known: true },
  ],
  // What it is a snapshot of is declared as well; the report says that another one goes live. Without a trigger none does.
  aws_api_gateway_deployment: [
    told(/^triggers\b.*$/, "changed"),
    told(/^triggers\b.*$/, "added"),
    told(/^created_date$/),
  ],
  // A template can answer with what the authorizer gave the gateway.
  aws_api_gateway_gateway_response: [
    told(/^status_code$/),
    told(/^response_templates\b.*/, undefined, ({ after }) => isPlainTemplate(after)),
    told(/^response_parameters\["gatewayresponse\.header\.Access-Control-Allow-(Origin|Credentials)"\]$/),
  ],
  aws_api_gateway_integration: [
    METHOD_OF,
    told(/^(timeout_milliseconds|response_transfer_mode|integration_http_method)$/),
    told(/^request_parameters\["integration\.request\.header\.[^"]+"\]$/, "added"),
    told(
      /^request_parameters\["integration\.request\.header\.([Aa]uthorization|X-Serverless-Authorization|X-Request-Id|X-Gateway-Route|X-Caller-\w+)"\]$/,
    ),
    told(/^request_parameters\["integration\.request\.path\.[^"]+"\]$/),
  ],
  aws_api_gateway_integration_response: [
    METHOD_OF,
    told(/^response_parameters\["method\.response\.header\.Access-Control-Allow-\w+"\]$/),
    told(/^response_parameters\["method\.response\.header\.Access-Control-Max-Age"\]$/),
    told(/^response_templates\b.*/),
  ],
  aws_api_gateway_method: [
    METHOD_OF,
    told(/^(authorization|api_key_required|http_method)$/),
    told(/^request_parameters\b.*/),
    { path: /^authorizer_id$/, only: "changed", known: true },
  ],
  aws_api_gateway_method_response: [METHOD_OF, told(/^response_parameters\b.*/)],
  aws_api_gateway_method_settings: [
    told(/^settings\.metrics_enabled$/),
    told(/^settings\.(throttling_\w+|logging_level|data_trace_enabled|caching_enabled)$/),
  ],
  // Routes are called by their whole path.
  aws_api_gateway_resource: [told(/^(path_part|path)$/), { path: /^parent_id$/, only: "changed", known: true }],
  aws_api_gateway_rest_api: [told(/^(name|disable_execute_api_endpoint|api_key_source|created_date)$/)],
  aws_api_gateway_rest_api_policy: [told(STATEMENTS)],
  aws_api_gateway_stage: [
    told(/^(variables\.policy|xray_tracing_enabled|cache_cluster_enabled|stage_name)$/),
    told(/^access_log_settings$/, "added"),
    told(/^access_log_settings$/, "removed"),
    told(/^access_log_settings\.format\./, "added"),
    { path: /^deployment_id$/, only: "changed", known: true },
  ],
  aws_api_gateway_usage_plan: [told(/^(name|quota_settings\b.*|throttle_settings\b.*|api_stages\b.*)$/)],
  aws_api_gateway_usage_plan_key: [
    { path: /^(key_id|usage_plan_id)$/, only: "changed", known: true },
    told(/^(name|value)$/),
  ],
  aws_iam_role_policy_attachment: [told(/^policy_arn$/)],
};
