import { type AwsNeeds, actionsOf, LOG_DELIVERY } from "./need";

const iam = actionsOf("iam");
const waf = actionsOf("wafv2");

/** AWS WAF in front of a REST API. */
export const FIREWALL_NEEDS: AwsNeeds = {
  aws_wafv2_ip_set: [
    {
      on: "ipSets",
      read: waf("GetIPSet", "ListTagsForResource"),
      write: waf("CreateIPSet", "DeleteIPSet", "TagResource", "UntagResource", "UpdateIPSet"),
    },
  ],
  aws_wafv2_web_acl: [
    {
      on: "webAcl",
      read: waf("GetWebACL", "ListTagsForResource"),
      write: waf("CreateWebACL", "DeleteWebACL", "TagResource", "UntagResource", "UpdateWebACL"),
    },
    // The IP sets that its rules reference.
    { on: "ipSets", write: waf("CreateWebACL", "UpdateWebACL") },
    { on: "managedRules", write: waf("CreateWebACL", "UpdateWebACL") },
  ],
  aws_wafv2_web_acl_association: [
    {
      on: "webAcl",
      read: waf("GetWebACLForResource"),
      write: waf("AssociateWebACL", "DisassociateWebACL"),
    },
    {
      on: "stages",
      read: waf("GetWebACLForResource"),
      write: ["apigateway:SetWebACL", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"],
    },
  ],
  aws_wafv2_web_acl_logging_configuration: [
    {
      on: "webAcl",
      read: waf("GetLoggingConfiguration"),
      write: waf("DeleteLoggingConfiguration", "PutLoggingConfiguration"),
    },
    { ...LOG_DELIVERY, write: [...LOG_DELIVERY.write, "logs:DescribeLogGroups"] },
    { on: "wafLogRole", write: iam("CreateServiceLinkedRole") },
  ],
};
