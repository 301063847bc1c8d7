import type { BootstrapIntent } from "../../../intent/model/bootstrap-intent";

/** The parts of an environment's ARNs that are known before its resources exist. */
export type AwsPlace = Pick<BootstrapIntent, "prefix"> & Omit<BootstrapIntent["aws"], "ownsIdentityProvider">;

const gateway =
  (...paths: readonly string[]) =>
  ({ region }: AwsPlace) =>
    paths.map((path) => `arn:aws:apigateway:${region}::/${path}`);

function zone({ domain }: AwsPlace): readonly string[] {
  return domain?.zoneId === undefined ? [] : [`arn:aws:route53:::hostedzone/${domain.zoneId}`];
}

const roles = ({ account, prefix }: AwsPlace) => [`arn:aws:iam::${account}:role/${prefix}-*`];

/** Alarms on the gateway, on services' objectives, and on rotations. */
function alarms({ region, account, prefix, watch, rotatesSecrets }: AwsPlace): readonly string[] {
  const alarm = `arn:aws:cloudwatch:${region}:${account}:alarm:${prefix}`;
  if (watch.alarms || watch.slos) return [`${alarm}-*`];
  return rotatesSecrets ? [`${alarm}-rotate-*`] : [];
}

/**
 * The narrowest resources that each service accepts in a policy: by name if possible, otherwise by type. Empty: this
 * environment has no such resource.
 */
export const AWS_RESOURCES = {
  apis: gateway("apis", "apis/*"),
  restApis: gateway("restapis", "restapis/*"),
  usage: gateway("apikeys", "apikeys/*", "usageplans", "usageplans/*"),
  gatewayTags: gateway("tags/*"),
  gatewayAccount: gateway("account"),
  domainNames: gateway("domainnames", "domainnames/*"),
  stages: gateway("restapis/*/stages/*"),
  certificates: ({ region, account }) => [`arn:aws:acm:${region}:${account}:certificate/*`],
  hostedZone: zone,
  // The same zone, limited to the domain's own records: see the condition.
  dnsRecords: zone,
  dnsChanges: ({ domain }) => (domain?.zoneId === undefined ? [] : ["arn:aws:route53:::change/*"]),
  webAcl: ({ region, account, prefix }) => [`arn:aws:wafv2:${region}:${account}:regional/webacl/${prefix}/*`],
  ipSets: ({ region, account, prefix }) => [`arn:aws:wafv2:${region}:${account}:regional/ipset/${prefix}-*/*`],
  // AWS managed rule groups, which a web ACL references.
  managedRules: ({ region, account }) => [`arn:aws:wafv2:${region}:${account}:regional/managedruleset/*/*`],
  wafLogGroup: ({ region, account, prefix }) => [`arn:aws:logs:${region}:${account}:log-group:aws-waf-logs-${prefix}*`],
  wafLogRole: ({ account }) => [
    `arn:aws:iam::${account}:role/aws-service-role/wafv2.amazonaws.com/AWSServiceRoleForWAFV2Logging`,
  ],
  gatewayLogRole: ({ account, prefix }) => [`arn:aws:iam::${account}:role/${prefix}-gateway-logs`],
  attachedRole: ({ account, prefix }) => [`arn:aws:iam::${account}:role/${prefix}-gateway-logs`],
  functions: ({ region, account, prefix }) => [`arn:aws:lambda:${region}:${account}:function:${prefix}-*`],
  provisionedFunctions: ({ region, account, prefix, keepsInstances }) =>
    keepsInstances
      ? ["callers", "public"].flatMap((id) => {
          const arn = `arn:aws:lambda:${region}:${account}:function:${prefix}-${id}`;
          // The function itself, and its versions and aliases.
          return [arn, `${arn}:*`];
        })
      : [],
  rotationFunctions: ({ region, account, prefix, rotatesSecrets }) =>
    rotatesSecrets ? [`arn:aws:lambda:${region}:${account}:function:${prefix}-rotate-*`] : [],
  rotationRules: ({ region, account, prefix, rotatesSecrets }) =>
    rotatesSecrets ? [`arn:aws:events:${region}:${account}:rule/${prefix}-rotate-*`] : [],
  alarms,
  // The same alarms, limited to what they may do: see the condition.
  newAlarms: alarms,
  everyAlarm: ({ watch }) => (watch.slos ? ["*"] : []),
  // See the condition.
  newCompositeAlarms: ({ watch }) => (watch.slos ? ["*"] : []),
  dashboard: ({ account, prefix, watch }) =>
    watch.dashboard ? [`arn:aws:cloudwatch::${account}:dashboard/${prefix}`] : [],
  logGroups: ({ region, account, prefix }) =>
    ["lambda", "vendedlogs"].map((folder) => `arn:aws:logs:${region}:${account}:log-group:/aws/${folder}/${prefix}-*`),
  roles,
  // The same roles, limited to those with the boundary if there is one: see the condition.
  boundedRoles: roles,
  boundaryOfRoles: (place) => (place.boundaryArn === undefined ? [] : roles(place)),
  functionRoles: ({ account, prefix, rotatesSecrets }) =>
    ["callers", "public", ...(rotatesSecrets ? ["rotate-*"] : [])].map(
      (id) => `arn:aws:iam::${account}:role/${prefix}-${id}`,
    ),
  // The account's service-linked role, which API Gateway creates with the first API.
  gatewayRole: ({ account }) => [
    `arn:aws:iam::${account}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
  ],
  secrets: ({ region, account, prefix }) => [`arn:aws:secretsmanager:${region}:${account}:secret:${prefix}/clients/*`],
  truststore: ({ truststore }) => (truststore === undefined ? [] : [`arn:aws:s3:::${truststore}`]),
  truststoreObject: ({ truststore }) => (truststore === undefined ? [] : [`arn:aws:s3:::${truststore}/truststore.pem`]),
  userPools: ({ region, account }) => [`arn:aws:cognito-idp:${region}:${account}:userpool/*`],
  // For actions without resource-level permissions (Service Authorization Reference).
  everything: () => ["*"],
} as const satisfies Record<string, (place: AwsPlace) => readonly string[]>;

export type AwsResources = keyof typeof AWS_RESOURCES;
