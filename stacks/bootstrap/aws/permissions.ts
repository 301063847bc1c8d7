import type { AwsResources } from "./resources";

/** Actions that Terraform's provider calls for one resource type. */
export interface AwsNeed {
  readonly on: AwsResources;
  /** To refresh and plan. Default: none. */
  readonly read?: readonly string[];
  /** To create, change and destroy, in addition to what reading needs. Default: none. */
  readonly write?: readonly string[];
  /** To list what no plan sees (`verify --inventory`), in addition to what reading needs. Default: none. */
  readonly list?: readonly string[];
}

/** Actions of one AWS service, as words: `logs("CreateLogGroup PutLogEvents")` has `logs:CreateLogGroup`. */
const actionsOf =
  (service: string) =>
  (words: string): readonly string[] =>
    words.split(" ").map((name) => `${service}:${name}`);

type AwsNeeds = Readonly<Record<string, readonly AwsNeed[]>>;

const acm = actionsOf("acm");
const cloudwatch = actionsOf("cloudwatch");
const cognito = actionsOf("cognito-idp");
const events = actionsOf("events");
const gateway = actionsOf("apigateway");
const iam = actionsOf("iam");
const lambda = actionsOf("lambda");
const logs = actionsOf("logs");
const route53 = actionsOf("route53");
const s3 = actionsOf("s3");
const secrets = actionsOf("secretsmanager");
const waf = actionsOf("wafv2");

const truststore = (read: string, write: string): readonly AwsNeed[] => [
  { on: "truststore", read: s3(read), write: s3(write) },
];

/** Callers' identities and the gateway's own: pools, clients, secrets, roles, and the trust store. */
const IDENTITY_NEEDS: AwsNeeds = {
  aws_cognito_managed_login_branding: [
    {
      on: "userPools",
      // The client of a style is found by asking for the style of each client.
      read: cognito("DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient ListUserPoolClients"),
      write: cognito("CreateManagedLoginBranding DeleteManagedLoginBranding UpdateManagedLoginBranding"),
    },
  ],
  aws_cognito_resource_server: [
    {
      on: "userPools",
      read: cognito("DescribeResourceServer"),
      write: cognito("CreateResourceServer DeleteResourceServer UpdateResourceServer"),
    },
  ],
  aws_cognito_user_pool: [
    {
      on: "userPools",
      read: cognito("DescribeUserPool GetUserPoolMfaConfig"),
      write: cognito("DeleteUserPool SetUserPoolMfaConfig TagResource UntagResource UpdateUserPool"),
      list: cognito("ListIdentityProviders"),
    },
    { on: "everything", write: cognito("CreateUserPool") },
  ],
  aws_cognito_user_pool_client: [
    {
      on: "userPools",
      read: cognito("DescribeUserPoolClient"),
      write: cognito("CreateUserPoolClient DeleteUserPoolClient UpdateUserPoolClient"),
    },
  ],
  aws_cognito_user_pool_domain: [
    { on: "everything", read: cognito("DescribeUserPoolDomain") },
    { on: "userPools", write: cognito("CreateUserPoolDomain DeleteUserPoolDomain UpdateUserPoolDomain") },
  ],
  aws_iam_role: [
    {
      on: "roles",
      // Refreshing a role also reads its policies.
      read: iam("GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies"),
      write: [
        ...iam("DeleteRole ListInstanceProfilesForRole TagRole UntagRole"),
        ...iam("UpdateRole UpdateRoleDescription"),
      ],
    },
    { on: "boundedRoles", write: iam("CreateRole UpdateAssumeRolePolicy") },
    { on: "boundaryOfRoles", write: iam("PutRolePermissionsBoundary") },
  ],
  aws_iam_role_policies_exclusive: [
    { on: "roles", read: iam("ListRolePolicies"), write: iam("DeleteRolePolicy") },
    { on: "boundedRoles", write: iam("PutRolePolicy") },
  ],
  aws_iam_role_policy: [
    { on: "roles", read: iam("GetRolePolicy"), write: iam("DeleteRolePolicy") },
    { on: "boundedRoles", write: iam("PutRolePolicy") },
  ],
  // One AWS managed policy on one role: see the condition.
  aws_iam_role_policy_attachment: [
    { on: "roles", read: iam("ListAttachedRolePolicies"), write: iam("DetachRolePolicy") },
    { on: "attachedRole", write: iam("AttachRolePolicy") },
  ],
  aws_iam_role_policy_attachments_exclusive: [
    { on: "roles", read: iam("ListAttachedRolePolicies"), write: iam("DetachRolePolicy") },
    { on: "attachedRole", write: iam("AttachRolePolicy") },
  ],
  aws_s3_bucket: [
    ...truststore(
      // Everything that the provider reads of a bucket, whether declared or not.
      "GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration " +
        "GetBucketPolicy GetBucketRequestPayment GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration " +
        "GetLifecycleConfiguration GetReplicationConfiguration ListBucket ListTagsForResource",
      "CreateBucket DeleteBucket ListBucketVersions TagResource UntagResource",
    ),
    // Without protection, deleting a bucket also deletes its content.
    { on: "truststoreObject", write: s3("DeleteObject DeleteObjectVersion") },
  ],
  aws_s3_bucket_lifecycle_configuration: truststore("GetLifecycleConfiguration", "PutLifecycleConfiguration"),
  aws_s3_bucket_ownership_controls: truststore("GetBucketOwnershipControls", "PutBucketOwnershipControls"),
  aws_s3_bucket_policy: truststore("GetBucketPolicy", "DeleteBucketPolicy PutBucketPolicy"),
  aws_s3_bucket_public_access_block: truststore("GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
  aws_s3_bucket_server_side_encryption_configuration: truststore(
    "GetEncryptionConfiguration",
    "PutEncryptionConfiguration",
  ),
  aws_s3_bucket_versioning: truststore("GetBucketVersioning", "PutBucketVersioning"),
  aws_s3_object: [
    // Destroying a versioned object deletes each version.
    { on: "truststore", write: s3("ListBucketVersions") },
    {
      on: "truststoreObject",
      read: s3("GetObject GetObjectTagging"),
      write: s3("DeleteObject DeleteObjectVersion PutObject"),
    },
  ],
  aws_secretsmanager_secret: [
    {
      on: "secrets",
      read: secrets("DescribeSecret GetResourcePolicy"),
      write: secrets("CreateSecret DeleteSecret TagResource UntagResource UpdateSecret"),
    },
  ],
  aws_secretsmanager_secret_policy: [
    {
      on: "secrets",
      read: secrets("GetResourcePolicy"),
      write: secrets("DeleteResourcePolicy PutResourcePolicy ValidateResourcePolicy"),
    },
  ],
  aws_secretsmanager_secret_rotation: [
    { on: "secrets", read: secrets("DescribeSecret"), write: secrets("CancelRotateSecret RotateSecret") },
    // Secrets Manager checks that the identity that enables rotation may invoke the function.
    { on: "rotationFunctions", write: lambda("InvokeFunction") },
  ],
  aws_secretsmanager_secret_version: [
    {
      on: "secrets",
      // Refreshing a version reads its value, even if the value is write-only.
      read: secrets("GetSecretValue"),
      write: secrets("ListSecretVersionIds PutSecretValue UpdateSecretVersionStage"),
    },
  ],
};

/** API Gateway's actions are the HTTP methods of its own API. */
const onGateway = (on: AwsResources, write = "DELETE PATCH POST"): AwsNeed => ({
  on,
  read: gateway("GET"),
  write: gateway(write),
});
const API = onGateway("apis");
const REST = onGateway("restApis", "DELETE PATCH POST PUT");
const USAGE = onGateway("usage");
const DOMAIN = onGateway("domainNames");

/** Tags have their own path. Resources of REST APIs are tagged with PUT, those of HTTP APIs with POST. */
const tagged = (set: string): AwsNeed => ({ on: "gatewayTags", write: gateway(`DELETE ${set}`) });
const REST_TAGS = tagged("PUT");
const HTTP_TAGS = tagged("POST");

/**
 * Two actions that the Service Authorization Reference does not list. AWS refuses to create a tagged stage of an HTTP
 * API without the first one (hashicorp/terraform-provider-aws#20634, aws-amplify/amplify-cli#12316).
 */
const TAGGING = gateway("TagResource UntagResource");

/** The identity that creates a stage also sets up the delivery of its access logs ("Configure logging for HTTP APIs"). */
const LOG_DELIVERY = [
  ...logs("CreateLogDelivery DeleteLogDelivery DescribeResourcePolicies GetLogDelivery ListLogDeliveries"),
  ...logs("PutResourcePolicy UpdateLogDelivery"),
];

const LOG_GROUP = {
  read: logs("ListTagsForResource"),
  write: logs("CreateLogGroup DeleteLogGroup PutRetentionPolicy TagResource UntagResource"),
  list: logs("DescribeSubscriptionFilters"),
};

const ALARM: AwsNeed = {
  on: "alarms",
  read: cloudwatch("ListTagsForResource"),
  write: cloudwatch("DeleteAlarms TagResource UntagResource"),
};

/**
 * The reviewed table: every AWS resource type that an environment's stack declares, and the actions it needs.
 * stacks/bootstrap/README.md has the sources. A type without a row, a wildcard, a row that no stack needs, or
 * an action without a call of provider 6.25 fails a test.
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
  aws_api_gateway_api_key: [USAGE, REST_TAGS],
  aws_api_gateway_authorizer: [REST],
  aws_api_gateway_deployment: [REST],
  aws_api_gateway_gateway_response: [REST],
  aws_api_gateway_integration: [REST],
  aws_api_gateway_integration_response: [REST],
  aws_api_gateway_method: [REST],
  aws_api_gateway_method_response: [REST],
  aws_api_gateway_method_settings: [REST],
  aws_api_gateway_resource: [REST],
  aws_api_gateway_rest_api: [REST, REST_TAGS, { on: "gatewayRole", write: iam("CreateServiceLinkedRole") }],
  // The resource policy needs a separate permission, in addition to the one to change the API.
  aws_api_gateway_rest_api_policy: [REST, { on: "restApis", write: gateway("UpdateRestApiPolicy") }],
  aws_api_gateway_stage: [REST, REST_TAGS, { on: "everything", write: LOG_DELIVERY }],
  aws_api_gateway_usage_plan: [USAGE, REST_TAGS],
  aws_api_gateway_usage_plan_key: [USAGE],
  aws_apigatewayv2_api: [API, HTTP_TAGS, { on: "gatewayRole", write: iam("CreateServiceLinkedRole") }],
  aws_apigatewayv2_api_mapping: [DOMAIN],
  aws_apigatewayv2_authorizer: [API],
  aws_apigatewayv2_domain_name: [
    DOMAIN,
    HTTP_TAGS,
    // The certificate needs separate permissions, in addition to the one to create or change the domain.
    { on: "domainNames", write: [...gateway("AddCertificateToDomain RemoveCertificateFromDomain"), ...TAGGING] },
    // The domain names the version that it trusts. API Gateway reads it with the permissions of the identity that sets it.
    { on: "truststoreObject", write: s3("GetObject GetObjectVersion") },
  ],
  aws_apigatewayv2_integration: [API],
  aws_apigatewayv2_route: [API],
  aws_apigatewayv2_stage: [API, HTTP_TAGS, { on: "apis", write: TAGGING }, { on: "everything", write: LOG_DELIVERY }],
  aws_cloudwatch_composite_alarm: [
    ALARM,
    // CloudWatch accepts these two on all alarms only ("DescribeAlarms" and "PutCompositeAlarm" of its API reference).
    { on: "everyAlarm", read: cloudwatch("DescribeAlarms") },
    { on: "newCompositeAlarms", write: cloudwatch("PutCompositeAlarm") },
  ],
  aws_cloudwatch_dashboard: [
    { on: "dashboard", read: cloudwatch("GetDashboard"), write: cloudwatch("DeleteDashboards PutDashboard") },
  ],
  aws_cloudwatch_event_rule: [
    {
      on: "rotationRules",
      read: events("DescribeRule ListTagsForResource"),
      write: events("DeleteRule PutRule TagResource UntagResource"),
    },
  ],
  aws_cloudwatch_event_target: [
    { on: "rotationRules", read: events("ListTargetsByRule"), write: events("PutTargets RemoveTargets") },
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
    ALARM,
    { on: "alarms", read: cloudwatch("DescribeAlarms") },
    { on: "newAlarms", write: cloudwatch("PutMetricAlarm") },
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
      write: lambda("CreateAlias DeleteAlias UpdateAlias"),
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
    // After an update, the provider publishes a version and waits for it.
    { on: "provisionedFunctions", write: lambda("GetFunctionConfiguration PublishVersion") },
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
    { on: "webAcl", read: waf("GetWebACL GetWebACLForResource"), write: waf("AssociateWebACL DisassociateWebACL") },
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
