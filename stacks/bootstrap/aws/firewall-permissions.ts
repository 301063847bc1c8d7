import { type AwsNeeds, LOG_DELIVERY, NONE } from "./need";

/** AWS WAF in front of a REST API. */
export const FIREWALL_NEEDS: AwsNeeds = {
  aws_wafv2_ip_set: [
    {
      on: "ipSets",
      read: ["wafv2:GetIPSet", "wafv2:ListTagsForResource"],
      write: [
        "wafv2:CreateIPSet",
        "wafv2:DeleteIPSet",
        "wafv2:TagResource",
        "wafv2:UntagResource",
        "wafv2:UpdateIPSet",
      ],
    },
  ],
  aws_wafv2_web_acl: [
    {
      on: "webAcl",
      read: ["wafv2:GetWebACL", "wafv2:ListTagsForResource"],
      write: [
        "wafv2:CreateWebACL",
        "wafv2:DeleteWebACL",
        "wafv2:TagResource",
        "wafv2:UntagResource",
        "wafv2:UpdateWebACL",
      ],
    },
    // The IP sets that its rules reference.
    { on: "ipSets", read: NONE, write: ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"] },
    { on: "managedRules", read: NONE, write: ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"] },
  ],
  aws_wafv2_web_acl_association: [
    {
      on: "webAcl",
      read: ["wafv2:GetWebACLForResource"],
      write: ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"],
    },
    {
      on: "stages",
      read: ["wafv2:GetWebACLForResource"],
      write: ["apigateway:SetWebACL", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"],
    },
  ],
  aws_wafv2_web_acl_logging_configuration: [
    {
      on: "webAcl",
      read: ["wafv2:GetLoggingConfiguration"],
      write: ["wafv2:DeleteLoggingConfiguration", "wafv2:PutLoggingConfiguration"],
    },
    { ...LOG_DELIVERY, write: [...LOG_DELIVERY.write, "logs:DescribeLogGroups"] },
    { on: "wafLogRole", read: NONE, write: ["iam:CreateServiceLinkedRole"] },
  ],
};
