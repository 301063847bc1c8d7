import { soleReference } from "../terraform-json/references";
import { added, known, removed } from "./covered";
import type { ResourceType } from "./resource-type";
import { on, present, ranked, shorter } from "./strength";

export const GATEWAY_HTTP: Readonly<Record<string, ResourceType>> = {
  aws_apigatewayv2_api: {
    named: ["API", "name"],
    kind: "HTTP API",
    // With a target, an API creates its own route, integration and stage.
    unread: ["body", "credentials_arn", "route_key", "target"],
    replaces: ["protocol_type"],
    loss: "the API's address: every caller that does not use a custom domain needs the new one",
    covered: [
      /^(name|disable_execute_api_endpoint)$/,
      /^cors_configuration(\.allow_\w+)?$/,
      removed(/^cors_configuration\.expose_headers$/),
      // A guard compares it.
      /^cors_configuration\.max_age$/,
    ],
    guards: { disable_execute_api_endpoint: on, "cors_configuration.max_age": shorter },
  },
  aws_apigatewayv2_api_mapping: {
    kind: "HTTP API",
    replaces: ["api_id", "domain_name"],
    loss: "the API mapping of the domain: its callers get 403 until there is another mapping",
    covered: [known(/^(api_id|domain_name|stage)$/)],
    // A row of the stage has the domain, if both are in this stack.
    isRead: ({ api_id, domain_name, stage }) =>
      [api_id, domain_name, stage].every((text) => soleReference(text) !== undefined),
  },
  aws_apigatewayv2_authorizer: {
    replaces: ["api_id"],
    covered: [/^(name|identity_sources|authorizer_result_ttl_in_seconds|jwt_configuration(\.(audience|issuer))?)$/],
  },
  aws_apigatewayv2_domain_name: {
    kind: "domain",
    replaces: ["domain_name"],
    loss: "the domain's endpoint: its callers reach nothing until DNS points to the new one",
    // The guards below cover the TLS version and client certificates.
    covered: [
      /^(domain_name_configuration\.(security_policy|target_domain_name|hosted_zone_id)|api_mapping_selection_expression)$/,
      added(/^mutual_tls_authentication$/),
      removed(/^mutual_tls_authentication$/),
    ],
    guards: {
      "domain_name_configuration.security_policy": ranked("TLS_1_0", "TLS_1_2"),
      mutual_tls_authentication: present,
    },
    isRead: ({ domain_name_configuration }) =>
      [domain_name_configuration].flat().every((each) => each?.security_policy === "TLS_1_2"),
  },
  aws_apigatewayv2_integration: {
    replaces: ["api_id", "integration_type"],
    covered: [/^timeout_milliseconds$/, added(/^request_parameters\["remove:header\.[^"]+"\]$/)],
  },
  aws_apigatewayv2_route: {
    replaces: ["api_id"],
    covered: [
      /^(authorization_scopes|authorization_type|route_key)$/,
      known(/^target$/),
      // Rows show who decides. Without an authorizer, the type says whether anyone may call.
      { path: /^authorizer_id$/, known: true },
    ],
  },
  aws_apigatewayv2_stage: {
    kind: "stage",
    replaces: ["api_id", "name"],
    covered: [
      /^(stage_variables\.policy|default_route_settings\.(throttling_\w+|logging_level|data_trace_enabled))$/,
      /^route_settings\b.*/,
      added(/^access_log_settings$/),
      removed(/^access_log_settings$/),
      added(/^access_log_settings\.format\./),
      // Measurements, which neither a decision nor a trace needs.
      removed(/^access_log_settings\.format\.(latencyMs|xrayTraceId)$/),
    ],
    guards: { access_log_settings: present },
    derived: ["stage_variables.policy"],
  },
};
