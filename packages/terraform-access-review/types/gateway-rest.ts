import { SERVICE_TOKEN_HEADER, TRUSTED_HEADERS } from "../../../contract/caller-headers";
import { canonical } from "../terraform-json/order";
import { soleReference } from "../terraform-json/references";
import { isRunHost } from "../terraform-json/rest-references";
import { added, changed, known, removed, STATEMENTS } from "./covered";
import type { ResourceType } from "./resource-type";
import { lowerThrottle, on, present, ranked, unlessOn } from "./strength";

const METHOD_OF = known(/^(http_method|resource_id|rest_api_id)$/);

export const GATEWAY_REST: Readonly<Record<string, ResourceType>> = {
  aws_api_gateway_account: {},
  aws_api_gateway_authorizer: {
    replaces: ["rest_api_id"],
    covered: [/^(name|type|identity_source|authorizer_result_ttl_in_seconds)$/, known(/^authorizer_uri$/)],
  },
  aws_api_gateway_deployment: {
    expressions: ["triggers"],
    // Another snapshot is another object, and the old one is no longer needed.
    replaces: ["rest_api_id", "triggers", "variables"],
    // The content of a snapshot is declared, and the report notes that a new one goes live. Without a trigger, none does.
    covered: [changed(/^triggers\b.*$/), added(/^triggers\b.*$/), /^created_date$/],
  },
  aws_api_gateway_gateway_response: {
    replaces: ["response_type", "rest_api_id"],
    // A template can put the authorizer's result into the answer.
    covered: [
      /^status_code$/,
      { path: /^response_templates\b.*/, where: ({ after }) => isPlainTemplate(after) },
      /^response_parameters\["gatewayresponse\.header\.(Access-Control-Allow-(Origin|Credentials)|WWW-Authenticate)"\]$/,
    ],
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
    covered: [
      METHOD_OF,
      /^(timeout_milliseconds|response_transfer_mode|integration_http_method)$/,
      added(/^request_parameters\["integration\.request\.header\.[^"]+"\]$/),
      new RegExp(
        `^request_parameters\\["integration\\.request\\.header\\.([Aa]uthorization|${[SERVICE_TOKEN_HEADER, ...TRUSTED_HEADERS].join("|")})"\\]$`,
      ),
      /^request_parameters\["integration\.request\.path\.[^"]+"\]$/,
    ],
  },
  aws_api_gateway_integration_response: {
    replaces: ["http_method", "resource_id", "rest_api_id", "status_code"],
    covered: [
      METHOD_OF,
      /^response_parameters\["method\.response\.header\.Access-Control-Allow-\w+"\]$/,
      /^response_parameters\["method\.response\.header\.Access-Control-Max-Age"\]$/,
      /^response_templates\b.*/,
    ],
  },
  aws_api_gateway_method: {
    replaces: ["http_method", "resource_id", "rest_api_id"],
    covered: [
      METHOD_OF,
      /^(authorization|api_key_required|http_method)$/,
      /^request_parameters\b.*/,
      { path: /^authorizer_id$/, known: true },
    ],
  },
  aws_api_gateway_method_response: {
    replaces: ["http_method", "resource_id", "rest_api_id", "status_code"],
    covered: [METHOD_OF, /^response_parameters\b.*/],
  },
  aws_api_gateway_method_settings: {
    // These references identify the settings that they replace.
    isRead: ({ rest_api_id, stage_name }) =>
      [rest_api_id, stage_name].every((text) => soleReference(text) !== undefined),
    replaces: ["method_path", "rest_api_id", "stage_name"],
    covered: [
      /^settings\.metrics_enabled$/,
      /^settings\.(throttling_\w+|logging_level|data_trace_enabled|caching_enabled)$/,
    ],
    guards: {
      "settings.caching_enabled": unlessOn,
      "settings.data_trace_enabled": unlessOn,
      "settings.logging_level": (value, attributes) => ranked("INFO", "ERROR", "OFF")(value ?? "OFF", attributes),
      "settings.throttling_burst_limit": lowerThrottle,
      "settings.throttling_rate_limit": lowerThrottle,
    },
    protection: { words: "a throttle of its own" },
  },
  aws_api_gateway_resource: {
    replaces: ["rest_api_id"],
    // Routes are called by their whole path.
    covered: [/^(path_part|path)$/, known(/^parent_id$/)],
  },
  aws_api_gateway_rest_api: {
    named: ["REST API", "name"],
    // It may declare methods that no resource shows.
    unread: ["body"],
    loss: "the API's address: every caller that does not use a custom domain needs the new one",
    covered: [/^(name|disable_execute_api_endpoint|api_key_source|created_date)$/],
    guards: { disable_execute_api_endpoint: on },
    ownedBy: { policy: { type: "aws_api_gateway_rest_api_policy", of: "rest_api_id" } },
  },
  aws_api_gateway_rest_api_policy: {
    kind: "REST API",
    replaces: ["rest_api_id"],
    covered: [STATEMENTS],
    protection: { words: "a policy that denies other networks" },
  },
  aws_api_gateway_stage: {
    kind: "stage",
    expressions: ["variables"],
    replaces: ["rest_api_id", "stage_name"],
    covered: [
      // Rows name the service behind each route.
      { path: /^variables\.service_\w+$/, where: ({ kind, after }) => kind === "removed" || isRunHost(after) },
      /^(variables\.policy|xray_tracing_enabled|cache_cluster_enabled|stage_name)$/,
      added(/^access_log_settings$/),
      removed(/^access_log_settings$/),
      added(/^access_log_settings\.format\./),
      // Measurements, which neither a decision nor a trace needs.
      removed(/^access_log_settings\.format\.(latencyMs|xrayTraceId)$/),
      known(/^deployment_id$/),
    ],
    guards: { access_log_settings: present, cache_cluster_enabled: unlessOn },
    derived: ["variables.policy"],
  },
};

/** Usage limits for callers of a REST API. */
export const GATEWAY_USAGE: Readonly<Record<string, ResourceType>> = {
  aws_api_gateway_api_key: { replaces: ["value"], covered: [/^(name|value|created_date|last_updated_date)$/] },
  aws_api_gateway_usage_plan: { covered: [/^(name|quota_settings\b.*|throttle_settings\b.*|api_stages\b.*)$/] },
  aws_api_gateway_usage_plan_key: {
    replaces: ["key_id", "key_type", "usage_plan_id"],
    covered: [known(/^(key_id|usage_plan_id)$/), /^(name|value)$/],
  },
};

/** Variables of a Velocity template that only identify the request. */
const ITS_NUMBER = /\$context\.(requestId|extendedRequestId|error\.(message|messageString|responseType))\b/g;

/** Whether a template of API Gateway's responses reveals nothing that only the gateway knows. */
function isPlainTemplate(value: unknown): boolean {
  return !/[$#]/.test(canonical(value ?? null).replace(ITS_NUMBER, ""));
}
