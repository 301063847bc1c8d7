import { isReferenceTo } from "../terraform-json/references";
import type { Attributes } from "../terraform-json/stack-json";
import type { ResourceType } from "./resource-type";

export const WAF: Readonly<Record<string, ResourceType>> = {
  aws_wafv2_ip_set: { replaces: ["ip_address_version", "name", "scope"] },
  aws_wafv2_web_acl: {
    replaces: ["name", "scope"],
    covered: [
      /^(capacity|lock_token|visibility_config\b.*)$/,
      // A guard compares how much of a body the rules inspect.
      /^association_config(\.request_body(\[[^\]]*\])?(\.api_gateway(\.default_size_inspection_limit)?)?)?$/,
    ],
  },
  aws_wafv2_web_acl_association: {
    replaces: ["resource_arn", "web_acl_arn"],
    protection: { words: "a web ACL in front of it", of: "resource_arn" },
  },
  aws_wafv2_web_acl_logging_configuration: {
    replaces: ["resource_arn"],
    protection: { words: "a web ACL log", of: "resource_arn" },
    isRead: (attributes) => hidesToken(attributes) && logsHere(attributes),
  },
};

/** Whether the log omits the token. A firewall logs every header except those that it lists. */
function hidesToken({ redacted_fields }: Attributes): boolean {
  return [redacted_fields ?? []].flat().some(({ single_header }: Attributes) => {
    return String([single_header ?? []].flat()[0]?.name).toLowerCase() === "authorization";
  });
}

function logsHere({ log_destination_configs }: Attributes): boolean {
  return [log_destination_configs ?? []].flat().every((each) => isReferenceTo(each, "aws_cloudwatch_log_group.arn"));
}
