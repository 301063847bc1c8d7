import type { AwsResources } from "./resources";

/** What Terraform's provider calls for one type of resource. */
export interface AwsNeed {
  readonly on: AwsResources;
  /** To refresh and plan. */
  readonly read: readonly string[];
  /** To create, change and destroy, beside what reading needs. */
  readonly write: readonly string[];
}

/** API Gateway's actions are HTTP methods; reading tags is part of reading. */
const onGateway = (
  on: AwsResources,
  ...methods: readonly ("PATCH" | "POST" | "PUT" | "DELETE")[]
): readonly AwsNeed[] => [{ on, read: ["apigateway:GET"], write: methods.map((method) => `apigateway:${method}`) }];
const API = onGateway("apis", "DELETE", "PATCH", "POST", "PUT");
const REST = onGateway("restApis", "DELETE", "PATCH", "POST", "PUT");
const USAGE = onGateway("usage", "DELETE", "PATCH", "POST", "PUT");
const DOMAIN = onGateway("domainNames", "DELETE", "PATCH", "POST", "PUT");

const NONE: readonly string[] = [];

/** Whoever makes a stage sets up the delivery of its access logs ("Configure logging for HTTP APIs"). */
const LOG_DELIVERY: AwsNeed = {
  on: "everything",
  read: NONE,
  write: [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
  ],
};

const LOG_GROUP = {
  read: ["logs:ListTagsForResource"],
  write: [
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:DeleteRetentionPolicy",
    "logs:PutRetentionPolicy",
    "logs:TagResource",
    "logs:UntagResource",
  ],
};

/**
 * The reviewed table: every type of AWS resource that a stack of an environment declares, and what that takes, from the
 * calls of provider 6.25 and the Service Authorization Reference. A type without a row, a star, or a row that no stack
 * needs fails a test.
 */
export const AWS_NEEDS: Readonly<Record<string, readonly AwsNeed[]>> = {
  aws_acm_certificate: [
    {
      on: "certificates",
      read: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"],
      write: ["acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"],
    },
    { on: "everything", read: NONE, write: ["acm:RequestCertificate"] },
  ],
  aws_acm_certificate_validation: [{ on: "certificates", read: ["acm:DescribeCertificate"], write: NONE }],
  aws_api_gateway_account: [
    ...onGateway("gatewayAccount", "PATCH"),
    { on: "gatewayLogRole", read: NONE, write: ["iam:PassRole"] },
  ],
  aws_api_gateway_api_key: USAGE,
  aws_api_gateway_authorizer: REST,
  aws_api_gateway_deployment: REST,
  aws_api_gateway_gateway_response: REST,
  aws_api_gateway_integration: REST,
  aws_api_gateway_integration_response: REST,
  aws_api_gateway_method: REST,
  aws_api_gateway_method_response: REST,
  aws_api_gateway_method_settings: REST,
  aws_api_gateway_resource: REST,
  aws_api_gateway_rest_api: [...REST, { on: "gatewayRole", read: NONE, write: ["iam:CreateServiceLinkedRole"] }],
  aws_api_gateway_stage: [...REST, LOG_DELIVERY],
  aws_api_gateway_usage_plan: USAGE,
  aws_api_gateway_usage_plan_key: USAGE,
  aws_apigatewayv2_api_mapping: DOMAIN,
  aws_apigatewayv2_domain_name: DOMAIN,
  aws_apigatewayv2_api: [...API, { on: "gatewayRole", read: NONE, write: ["iam:CreateServiceLinkedRole"] }],
  aws_apigatewayv2_authorizer: API,
  aws_apigatewayv2_integration: API,
  aws_apigatewayv2_route: API,
  aws_apigatewayv2_stage: [...API, LOG_DELIVERY],
  aws_cloudwatch_log_group: [
    { on: "anyLogGroup", read: ["logs:DescribeLogGroups"], write: NONE },
    { on: "logGroups", ...LOG_GROUP },
    { on: "wafLogGroup", ...LOG_GROUP },
  ],
  aws_cognito_resource_server: [
    {
      on: "userPools",
      read: ["cognito-idp:DescribeResourceServer"],
      write: [
        "cognito-idp:CreateResourceServer",
        "cognito-idp:DeleteResourceServer",
        "cognito-idp:UpdateResourceServer",
      ],
    },
  ],
  aws_cognito_user_pool: [
    {
      on: "userPools",
      read: ["cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig", "cognito-idp:ListTagsForResource"],
      write: [
        "cognito-idp:DeleteUserPool",
        "cognito-idp:SetUserPoolMfaConfig",
        "cognito-idp:TagResource",
        "cognito-idp:UntagResource",
        "cognito-idp:UpdateUserPool",
      ],
    },
    { on: "everything", read: NONE, write: ["cognito-idp:CreateUserPool"] },
  ],
  aws_cognito_user_pool_client: [
    {
      on: "userPools",
      read: ["cognito-idp:DescribeUserPoolClient"],
      write: [
        "cognito-idp:CreateUserPoolClient",
        "cognito-idp:DeleteUserPoolClient",
        "cognito-idp:UpdateUserPoolClient",
      ],
    },
  ],
  aws_cognito_user_pool_domain: [
    { on: "everything", read: ["cognito-idp:DescribeUserPoolDomain"], write: NONE },
    {
      on: "userPools",
      read: NONE,
      write: [
        "cognito-idp:CreateUserPoolDomain",
        "cognito-idp:DeleteUserPoolDomain",
        "cognito-idp:UpdateUserPoolDomain",
      ],
    },
  ],
  aws_iam_role: [
    {
      on: "roles",
      // A role's own read lists what hangs on it.
      read: ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      write: [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:ListInstanceProfilesForRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
    },
  ],
  aws_iam_role_policies_exclusive: [
    { on: "roles", read: ["iam:ListRolePolicies"], write: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"] },
  ],
  aws_iam_role_policy: [
    { on: "roles", read: ["iam:GetRolePolicy"], write: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"] },
  ],
  // One policy, AWS's own, on one role: see the condition.
  aws_iam_role_policy_attachment: [{ on: "attachedRole", read: NONE, write: ["iam:AttachRolePolicy"] }],
  aws_iam_role_policy_attachments_exclusive: [
    { on: "roles", read: ["iam:ListAttachedRolePolicies"], write: ["iam:DetachRolePolicy"] },
  ],
  aws_lambda_function: [
    {
      on: "functions",
      read: [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ],
      write: [
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionConcurrency",
        "lambda:PutFunctionConcurrency",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
    },
    { on: "functionRoles", read: NONE, write: ["iam:PassRole"] },
  ],
  aws_lambda_permission: [
    { on: "functions", read: ["lambda:GetPolicy"], write: ["lambda:AddPermission", "lambda:RemovePermission"] },
  ],
  aws_route53_record: [
    {
      on: "hostedZone",
      read: ["route53:GetHostedZone", "route53:ListResourceRecordSets"],
      write: ["route53:ChangeResourceRecordSets"],
    },
    { on: "dnsChanges", read: NONE, write: ["route53:GetChange"] },
  ],
  aws_secretsmanager_secret: [
    {
      on: "secrets",
      read: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
      write: [
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:RestoreSecret",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
      ],
    },
  ],
  aws_secretsmanager_secret_policy: [
    {
      on: "secrets",
      read: ["secretsmanager:GetResourcePolicy"],
      write: [
        "secretsmanager:DeleteResourcePolicy",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:ValidateResourcePolicy",
      ],
    },
  ],
  aws_secretsmanager_secret_version: [
    {
      on: "secrets",
      // A version is refreshed by reading it, value and all, even where the value is write-only.
      read: ["secretsmanager:GetSecretValue"],
      write: [
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
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
