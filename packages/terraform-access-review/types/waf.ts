import { isReferenceTo } from "../terraform-json/references";
import type { Attributes } from "../terraform-json/stack-json";
import { covered } from "./covered";
import type { ResourceType } from "./resource-type";

export const WAF: Readonly<Record<string, ResourceType>> = {
  aws_wafv2_ip_set: {
    writes: ["addresses", "ip_address_version", "name", "scope"],
    replaces: ["ip_address_version", "name", "scope"],
  },
  aws_wafv2_web_acl: {
    writes: [
      "association_config.request_body.api_gateway.default_size_inspection_limit",
      "description",
      "name",
      "rule.name",
      "rule.priority",
      "rule.rule_label.name",
      "rule.statement.and_statement.statement.label_match_statement.key",
      "rule.statement.and_statement.statement.label_match_statement.scope",
      "rule.statement.and_statement.statement.size_constraint_statement.comparison_operator",
      "rule.statement.and_statement.statement.size_constraint_statement.field_to_match.body.oversize_handling",
      "rule.statement.and_statement.statement.size_constraint_statement.size",
      "rule.statement.and_statement.statement.size_constraint_statement.text_transformation.priority",
      "rule.statement.and_statement.statement.size_constraint_statement.text_transformation.type",
      "rule.statement.ip_set_reference_statement.arn",
      "rule.statement.managed_rule_group_statement.name",
      "rule.statement.managed_rule_group_statement.vendor_name",
      "rule.statement.not_statement.statement.geo_match_statement.country_codes",
      "rule.statement.not_statement.statement.regex_match_statement.field_to_match.single_header.name",
      "rule.statement.not_statement.statement.regex_match_statement.regex_string",
      "rule.statement.not_statement.statement.regex_match_statement.text_transformation.priority",
      "rule.statement.not_statement.statement.regex_match_statement.text_transformation.type",
      "rule.statement.or_statement.statement.ip_set_reference_statement.arn",
      "rule.statement.rate_based_statement.aggregate_key_type",
      "rule.statement.rate_based_statement.evaluation_window_sec",
      "rule.statement.rate_based_statement.limit",
      "rule.statement.size_constraint_statement.comparison_operator",
      "rule.statement.size_constraint_statement.field_to_match.body.oversize_handling",
      "rule.statement.size_constraint_statement.size",
      "rule.statement.size_constraint_statement.text_transformation.priority",
      "rule.statement.size_constraint_statement.text_transformation.type",
      "rule.visibility_config.cloudwatch_metrics_enabled",
      "rule.visibility_config.metric_name",
      "rule.visibility_config.sampled_requests_enabled",
      "scope",
      "visibility_config.cloudwatch_metrics_enabled",
      "visibility_config.metric_name",
      "visibility_config.sampled_requests_enabled",
    ],
    replaces: ["name", "scope"],
    covered: [covered(/^(capacity|lock_token|visibility_config\b.*)$/)],
    refersTo: { rule: ["aws_wafv2_ip_set.arn"] },
  },
  aws_wafv2_web_acl_association: {
    writes: ["resource_arn", "web_acl_arn"],
    replaces: ["resource_arn", "web_acl_arn"],
    protection: { words: "a web ACL in front of it", of: "resource_arn" },
    refersTo: { resource_arn: ["aws_api_gateway_stage.arn"], web_acl_arn: ["aws_wafv2_web_acl.arn"] },
  },
  aws_wafv2_web_acl_logging_configuration: {
    writes: ["log_destination_configs", "redacted_fields.single_header.name", "resource_arn"],
    replaces: ["resource_arn"],
    protection: { words: "a web ACL log", of: "resource_arn" },
    isRead: (attributes) => hidesToken(attributes) && logsHere(attributes),
    refersTo: { log_destination_configs: ["aws_cloudwatch_log_group.arn"], resource_arn: ["aws_wafv2_web_acl.arn"] },
  },
};

/** A firewall logs every header but those that are named. */
function hidesToken({ redacted_fields }: Attributes): boolean {
  return [redacted_fields ?? []].flat().some(({ single_header }: Attributes) => {
    return String([single_header ?? []].flat()[0]?.name).toLowerCase() === "authorization";
  });
}

function logsHere({ log_destination_configs }: Attributes): boolean {
  return [log_destination_configs ?? []].flat().every((each) => isReferenceTo(each, "aws_cloudwatch_log_group.arn"));
}
