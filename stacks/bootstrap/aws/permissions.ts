import { type AwsNeed, type AwsNeeds, actionsOf, IDENTITY_NEEDS } from "./identity-permissions";
import type { AwsResources } from "./resources";

const acm = actionsOf("acm");
const cloudwatch = actionsOf("cloudwatch");
const events = actionsOf("events");
const gateway = actionsOf("apigateway");
const iam = actionsOf("iam");
const lambda = actionsOf("lambda");
const logs = actionsOf("logs");
const route53 = actionsOf("route53");
const waf = actionsOf("wafv2");

/** API Gateway's actions are HTTP methods. Reading includes reading tags. */
const onGateway = (on: AwsResources): AwsNeed => ({
  on,
  read: gateway("GET"),
  write: gateway("DELETE PATCH POST PUT"),
});
const API = onGateway("apis");
const REST = onGateway("restApis");
const USAGE = onGateway("usage");
const DOMAIN = onGateway("domainNames");

/** The identity that creates a stage also sets up the delivery of its access logs ("Configure logging for HTTP APIs"). */
const LOG_DELIVERY = [
  ...logs("CreateLogDelivery DeleteLogDelivery DescribeResourcePolicies GetLogDelivery ListLogDeliveries"),
  ...logs("PutResourcePolicy UpdateLogDelivery"),
];

const LOG_GROUP = {
  read: logs("ListTagsForResource"),
  write: logs("CreateLogGroup DeleteLogGroup DeleteRetentionPolicy PutRetentionPolicy TagResource UntagResource"),
  list: logs("DescribeSubscriptionFilters"),
};

const ALARM = {
  read: cloudwatch("DescribeAlarms ListTagsForResource"),
  write: cloudwatch("DeleteAlarms PutMetricAlarm TagResource UntagResource"),
};

/**
 * The reviewed table: every AWS resource type that an environment's stack declares, and the actions it needs. Sources:
 * the calls of provider 6.25 and the Service Authorization Reference. A type without a row, a wildcard, or a row that
 * no stack needs fails a test.
 */
export const AWS_NEEDS: AwsNeeds = {
  ...IDENTITY_NEEDS,
  aws_acm_certificate: [
    {
      on: "certificates",
      read: acm("DescribeCertificate ListTagsForCertificate"),
      write: acm("AddTagsToCertificate DeleteCertificate RemoveTagsFromCertificate"),
    },
    { on: "everything", write: acm("RequestCertificate") },
  ],
  aws_acm_certificate_validation: [{ on: "certificates", read: acm("DescribeCertificate") }],
  aws_api_gateway_account: [
    { on: "gatewayAccount", read: gateway("GET"), write: gateway("PATCH") },
    { on: "gatewayLogRole", write: iam("PassRole") },
  ],
  aws_api_gateway_api_key: [USAGE],
  aws_api_gateway_authorizer: [REST],
  aws_api_gateway_deployment: [REST],
  aws_api_gateway_gateway_response: [REST],
  aws_api_gateway_integration: [REST],
  aws_api_gateway_integration_response: [REST],
  aws_api_gateway_method: [REST],
  aws_api_gateway_method_response: [REST],
  aws_api_gateway_method_settings: [REST],
  aws_api_gateway_resource: [REST],
  aws_api_gateway_rest_api: [REST, { on: "gatewayRole", write: iam("CreateServiceLinkedRole") }],
  // The resource policy needs a separate permission, in addition to the one to change the API.
  aws_api_gateway_rest_api_policy: [REST, { on: "restApis", write: gateway("UpdateRestApiPolicy") }],
  aws_api_gateway_stage: [REST, { on: "everything", write: LOG_DELIVERY }],
  aws_api_gateway_usage_plan: [USAGE],
  aws_api_gateway_usage_plan_key: [USAGE],
  aws_apigatewayv2_api: [API, { on: "gatewayRole", write: iam("CreateServiceLinkedRole") }],
  aws_apigatewayv2_api_mapping: [DOMAIN],
  aws_apigatewayv2_authorizer: [API],
  // A separate permission, in addition to the one to create or change the domain.
  aws_apigatewayv2_domain_name: [
    DOMAIN,
    { on: "domainNames", write: gateway("AddCertificateToDomain RemoveCertificateFromDomain") },
  ],
  aws_apigatewayv2_integration: [API],
  aws_apigatewayv2_route: [API],
  aws_apigatewayv2_stage: [API, { on: "everything", write: LOG_DELIVERY }],
  aws_cloudwatch_composite_alarm: [
    {
      on: "compositeAlarms",
      read: cloudwatch("ListTagsForResource"),
      write: cloudwatch("DeleteAlarms PutCompositeAlarm TagResource UntagResource"),
    },
    // Composite alarms are invisible to an identity that may describe only some alarms (CloudWatch, "DescribeAlarms").
    { on: "everyAlarm", read: cloudwatch("DescribeAlarms") },
  ],
  aws_cloudwatch_dashboard: [
    { on: "dashboard", read: cloudwatch("GetDashboard"), write: cloudwatch("DeleteDashboards PutDashboard") },
  ],
  aws_cloudwatch_event_rule: [
    {
      on: "rotationChecks",
      read: events("DescribeRule ListTagsForResource"),
      write: events("DeleteRule PutRule TagResource UntagResource"),
    },
  ],
  aws_cloudwatch_event_target: [
    { on: "rotationChecks", read: events("ListTargetsByRule"), write: events("PutTargets RemoveTargets") },
  ],
  aws_cloudwatch_log_group: [
    { on: "everything", read: logs("DescribeLogGroups") },
    { on: "logGroups", ...LOG_GROUP },
    { on: "wafLogGroup", ...LOG_GROUP },
  ],
  aws_cloudwatch_log_metric_filter: [
    { on: "logGroups", read: logs("DescribeMetricFilters"), write: logs("DeleteMetricFilter PutMetricFilter") },
  ],
  aws_cloudwatch_metric_alarm: [
    { on: "rotationChecks", ...ALARM },
    { on: "alarms", ...ALARM },
  ],
  // Saved queries have no resource-level permissions (Service Authorization Reference, CloudWatch Logs). They contain a
  // name and a query text, but no log lines.
  aws_cloudwatch_query_definition: [
    {
      on: "everything",
      read: logs("DescribeQueryDefinitions"),
      write: logs("DeleteQueryDefinition PutQueryDefinition"),
    },
  ],
  aws_lambda_alias: [
    {
      on: "provisionedFunctions",
      read: lambda("GetAlias"),
      write: lambda("CreateAlias DeleteAlias PublishVersion UpdateAlias"),
    },
  ],
  aws_lambda_function: [
    {
      on: "functions",
      read: lambda("GetFunction GetFunctionCodeSigningConfig ListTags ListVersionsByFunction"),
      write: [
        ...lambda("CreateFunction DeleteFunction DeleteFunctionConcurrency PutFunctionConcurrency TagResource"),
        ...lambda("UntagResource UpdateFunctionCode UpdateFunctionConfiguration"),
      ],
      list: lambda("ListFunctionUrlConfigs"),
    },
    { on: "functionRoles", write: iam("PassRole") },
  ],
  aws_lambda_permission: [
    { on: "functions", read: lambda("GetPolicy"), write: lambda("AddPermission RemovePermission") },
  ],
  aws_lambda_provisioned_concurrency_config: [
    {
      on: "provisionedFunctions",
      read: lambda("GetProvisionedConcurrencyConfig"),
      write: lambda("DeleteProvisionedConcurrencyConfig PutProvisionedConcurrencyConfig"),
    },
  ],
  aws_route53_record: [
    { on: "hostedZone", read: route53("GetHostedZone ListResourceRecordSets") },
    { on: "dnsRecords", write: route53("ChangeResourceRecordSets") },
    { on: "dnsChanges", write: route53("GetChange") },
  ],
  aws_wafv2_ip_set: [
    {
      on: "ipSets",
      read: waf("GetIPSet ListTagsForResource"),
      write: waf("CreateIPSet DeleteIPSet TagResource UntagResource UpdateIPSet"),
    },
  ],
  aws_wafv2_web_acl: [
    {
      on: "webAcl",
      read: waf("GetWebACL ListTagsForResource"),
      write: waf("CreateWebACL DeleteWebACL TagResource UntagResource UpdateWebACL"),
    },
    // The IP sets that its rules reference.
    { on: "ipSets", write: waf("CreateWebACL UpdateWebACL") },
    { on: "managedRules", write: waf("CreateWebACL UpdateWebACL") },
  ],
  aws_wafv2_web_acl_association: [
    { on: "webAcl", read: waf("GetWebACLForResource"), write: waf("AssociateWebACL DisassociateWebACL") },
    {
      on: "stages",
      read: waf("GetWebACLForResource"),
      write: [...gateway("SetWebACL"), ...waf("AssociateWebACL DisassociateWebACL")],
    },
  ],
  aws_wafv2_web_acl_logging_configuration: [
    {
      on: "webAcl",
      read: waf("GetLoggingConfiguration"),
      write: waf("DeleteLoggingConfiguration PutLoggingConfiguration"),
    },
    { on: "everything", write: [...LOG_DELIVERY, ...logs("DescribeLogGroups")] },
    { on: "wafLogRole", write: iam("CreateServiceLinkedRole") },
  ],
};
