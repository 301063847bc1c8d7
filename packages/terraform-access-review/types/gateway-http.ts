import { covered } from "./covered";
import type { ResourceType } from "./resource-type";
import { on, ranked } from "./strength";

export const GATEWAY_HTTP: Readonly<Record<string, ResourceType>> = {
  aws_apigatewayv2_api: {
    named: ["API", "name"],
    kind: "HTTP API",
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
    replaces: ["api_id", "domain_name"],
    loss: "the API mapping of the domain: its callers get 403 until there is another mapping",
    covered: [{ path: /^(api_id|domain_name|stage)$/, only: "changed", known: true }],
    // Where a name leads, and who may come by it, is in no row.
    isRead: () => false,
  },
  aws_apigatewayv2_authorizer: {
    replaces: ["api_id"],
    covered: [
      covered(/^(name|identity_sources|authorizer_result_ttl_in_seconds|jwt_configuration(\.(audience|issuer))?)$/),
    ],
  },
  aws_apigatewayv2_domain_name: {
    kind: "domain",
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
  },
  aws_apigatewayv2_integration: {
    replaces: ["api_id", "integration_type"],
    covered: [covered(/^timeout_milliseconds$/), covered(/^request_parameters\["remove:header\.[^"]+"\]$/, "added")],
  },
  aws_apigatewayv2_route: {
    replaces: ["api_id"],
    covered: [
      covered(/^(authorization_scopes|authorization_type|route_key)$/),
      { path: /^(authorizer_id|target)$/, only: "changed", known: true },
    ],
  },
  aws_apigatewayv2_stage: {
    kind: "stage",
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
  },
};
