import { type Told, told } from "./told-of";

/**
 * What is told of an API's own name and of what stands before it: little. Where a name leads, and what a firewall lets
 * through, is in no row; so a change of it counts as broader, and somebody looks.
 */
export const TOLD_OF_DOMAINS: Readonly<Record<string, readonly Told[]>> = {
  aws_acm_certificate: [
    told(/^(arn|domain_name|domain_validation_options\b.*|id|not_(after|before)|status|validation_emails)$/),
  ],
  aws_acm_certificate_validation: [told(/./)],
  aws_apigatewayv2_api_mapping: [{ path: /^(api_id|domain_name|stage)$/, only: "changed", known: true }],
  // Guards: the version of TLS, and whether callers bring certificates.
  aws_apigatewayv2_domain_name: [
    told(
      /^(domain_name_configuration\.(security_policy|target_domain_name|hosted_zone_id)|api_mapping_selection_expression)$/,
    ),
  ],
  aws_wafv2_web_acl: [told(/^(capacity|lock_token|visibility_config\b.*)$/)],
};
