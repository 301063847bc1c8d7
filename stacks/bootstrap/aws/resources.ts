/** Where an environment's resources stand, as far as their ARNs are known before they exist. */
export interface AwsPlace {
  readonly account: string;
  readonly region: string;
  /** Starts the name of everything that has one: `storefront-dev`. */
  readonly prefix: string;
  /** Name of the environment's API, and the Route 53 zone where an apply writes its records, if one does. */
  readonly domain?: { readonly name: string; readonly zoneId?: string };
  /** Bucket of the authorities whose clients may connect, where callers bring certificates. */
  readonly truststore?: string;
  /** Whether a client's secret is rotated. */
  readonly rotatesSecrets: boolean;
}

const gateway =
  (...paths: readonly string[]) =>
  ({ region }: AwsPlace) =>
    paths.map((path) => `arn:aws:apigateway:${region}::/${path}`);

function zone({ domain }: AwsPlace): readonly string[] {
  return domain?.zoneId === undefined ? [] : [`arn:aws:route53:::hostedzone/${domain.zoneId}`];
}

/**
 * The narrowest resources that each service takes in a policy: by name where it takes names, else by kind. None: there is
 * nothing of the kind in this environment.
 */
export const AWS_RESOURCES = {
  apis: gateway("apis", "apis/*", "tags/*"),
  restApis: gateway("restapis", "restapis/*"),
  usage: gateway("apikeys", "apikeys/*", "usageplans", "usageplans/*"),
  gatewayAccount: gateway("account"),
  domainNames: gateway("domainnames", "domainnames/*"),
  stages: gateway("restapis/*/stages/*"),
  certificates: ({ region, account }) => [`arn:aws:acm:${region}:${account}:certificate/*`],
  hostedZone: zone,
  // The same zone, and of it the domain's own records: see the condition.
  dnsRecords: zone,
  dnsChanges: ({ domain }) => (domain?.zoneId === undefined ? [] : ["arn:aws:route53:::change/*"]),
  webAcl: ({ region, account, prefix }) => [`arn:aws:wafv2:${region}:${account}:regional/webacl/${prefix}/*`],
  ipSets: ({ region, account, prefix }) => [`arn:aws:wafv2:${region}:${account}:regional/ipset/${prefix}-*/*`],
  // AWS's own groups of rules, which a web ACL names.
  managedRules: ({ region, account }) => [`arn:aws:wafv2:${region}:${account}:regional/managedruleset/*/*`],
  wafLogGroup: ({ region, account, prefix }) => [`arn:aws:logs:${region}:${account}:log-group:aws-waf-logs-${prefix}*`],
  wafLogRole: ({ account }) => [
    `arn:aws:iam::${account}:role/aws-service-role/wafv2.amazonaws.com/AWSServiceRoleForWAFV2Logging`,
  ],
  gatewayLogRole: ({ account, prefix }) => [`arn:aws:iam::${account}:role/${prefix}-gateway-logs`],
  attachedRole: ({ account, prefix }) => [`arn:aws:iam::${account}:role/${prefix}-gateway-logs`],
  functions: ({ region, account, prefix }) => [`arn:aws:lambda:${region}:${account}:function:${prefix}-*`],
  rotationFunctions: ({ region, account, prefix, rotatesSecrets }) =>
    rotatesSecrets ? [`arn:aws:lambda:${region}:${account}:function:${prefix}-rotate-*`] : [],
  // What looks after rotations: actions of the one kind take no resource of the other.
  rotationChecks: ({ region, account, prefix, rotatesSecrets }) =>
    rotatesSecrets
      ? [
          `arn:aws:cloudwatch:${region}:${account}:alarm:${prefix}-rotate-*`,
          `arn:aws:events:${region}:${account}:rule/${prefix}-rotate-*`,
        ]
      : [],
  logGroups: ({ region, account, prefix }) =>
    ["lambda", "vendedlogs"].map((folder) => `arn:aws:logs:${region}:${account}:log-group:/aws/${folder}/${prefix}-*`),
  roles: ({ account, prefix }) => [`arn:aws:iam::${account}:role/${prefix}-*`],
  functionRoles: ({ account, prefix, rotatesSecrets }) =>
    ["callers", "public", ...(rotatesSecrets ? ["rotate-*"] : [])].map(
      (id) => `arn:aws:iam::${account}:role/${prefix}-${id}`,
    ),
  // One for the account, made by API Gateway with its first API.
  gatewayRole: ({ account }) => [
    `arn:aws:iam::${account}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
  ],
  secrets: ({ region, account, prefix }) => [`arn:aws:secretsmanager:${region}:${account}:secret:${prefix}/clients/*`],
  truststore: ({ truststore }) => (truststore === undefined ? [] : [`arn:aws:s3:::${truststore}`]),
  truststoreObject: ({ truststore }) => (truststore === undefined ? [] : [`arn:aws:s3:::${truststore}/truststore.pem`]),
  userPools: ({ region, account }) => [`arn:aws:cognito-idp:${region}:${account}:userpool/*`],
  // What takes no resource at all (Service Authorization Reference).
  everything: () => ["*"],
} as const satisfies Record<string, (place: AwsPlace) => readonly string[]>;

export type AwsResources = keyof typeof AWS_RESOURCES;
