/** Every derived name. Deriving names in one place keeps both clouds, and both halves of a pair, in agreement. */

/** The workload identity provider of every pool. */
export const FEDERATION_PROVIDER_ID = "aws-gateway";

/** Environment variable of both functions that holds the provider's full resource name, known only after an apply. */
export const FEDERATION_VARIABLE = "FEDERATION_PROVIDER";
/** Environment variable of the authorizer functions: revoked callers, as a JSON list. */
export const REVOKED_VARIABLE = "REVOKED_CALLERS";

/** Suffix of a service's runtime account. */
export const RUNTIME_SUFFIX = "-rt";

/** Ids of the stack's own roles, in addition to one for each service. */
export const FUNCTION_IDS = ["callers", "public", "gateway-logs", "auditors"] as const;

/** The id that names are derived from. If the key was renamed, this is the key at the first deploy. */
export function namedAs(id: string, entry: { readonly previousName?: string } | undefined): string {
  return entry?.previousName ?? id;
}

/** Prefix of every resource name: `storefront-dev`. */
export const prefix = (name: string, environment: string): string => `${name}-${environment}`;

/** Shared name of the Cloud Run service, its invoker service account and the AWS role: `storefront-dev-orders`. */
export const serviceName = (prefix: string, serviceId: string): string => `${prefix}-${serviceId}`;

/** Service account that a service's containers run as: `storefront-dev-orders-rt`. */
export const runtimeAccount = (serviceName: string): string => `${serviceName}${RUNTIME_SUFFIX}`;

/** Audience of a service's Google tokens. It is never resolved, and it is unique to one environment. */
export const audience = (serviceName: string, project: string): string => `https://${serviceName}.${project}.internal`;

/** Execution role of the function that authorizes scoped routes. */
export const callersRole = (prefix: string): string => `${prefix}-callers`;

/** Execution role of the function that authorizes public routes. */
export const publicRole = (prefix: string): string => `${prefix}-public`;

/** Prefix of the id of every function that rotates a client's secret. */
export const ROTATION_START = "rotate-";

/** Function that rotates a client's secret, and its execution role: `storefront-dev-rotate-reporting-agent`. */
export const rotationFunction = (prefix: string, clientId: string): string => `${prefix}-${ROTATION_START}${clientId}`;

/** Role with which API Gateway writes the logs of the account's REST APIs. */
export const gatewayLogsRole = (prefix: string): string => `${prefix}-gateway-logs`;

/** Role that reads the environment's log groups, and the log bucket and sink in Google that auditors read. */
export const auditorsRole = (prefix: string): string => `${prefix}-auditors`;

/**
 * Id of a role that the bootstrap declares: `storefront_dev_release`, or `storefront_dev_release_2` from generation 2 on.
 * Google allows no dash, and blocks the id of a deleted role for up to 37 days.
 */
export const pipelineRoleId = (prefix: string, id: string, generation = 1): string =>
  `${prefix}_${id}${generation === 1 ? "" : `_${generation}`}`.replaceAll("-", "_");

/** Role with which pipelines of services release images. The bootstrap declares it. */
export const releaseRole = ({ google, releaseRoleId }: ReleaseRole): string =>
  `projects/${google.project}/roles/${releaseRoleId}`;

interface ReleaseRole {
  readonly google: { readonly project: string };
  readonly releaseRoleId: string;
}

/** Name of the trust store's bucket. It contains the account because bucket names are globally unique. */
export const truststoreBucket = (prefix: string, account: string): string => `${prefix}-truststore-${account}`;

/** ARN of the permissions boundary of the environment's roles: policy `storefront-dev-boundary`. The bootstrap declares it. */
export const boundaryArn = (account: string, prefix: string): string =>
  `arn:aws:iam::${account}:policy/${prefix}-boundary`;

export const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;

/** ARN by which API Gateway invokes a Lambda function, or an alias of it. */
export function invokeArn(
  { account, region }: { readonly account: string; readonly region: string },
  functionName: string,
  alias?: string,
): string {
  const target = `arn:aws:lambda:${region}:${account}:function:${functionName}${alias === undefined ? "" : `:${alias}`}`;
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${target}/invocations`;
}

/** ARN of an assumed role as in Google's `attribute.aws_role`: without the session name. */
export const assumedRoleArn = (account: string, name: string): string => `arn:aws:sts::${account}:assumed-role/${name}`;

export const serviceAccountEmail = (name: string, project: string): string =>
  `${name}@${project}.iam.gserviceaccount.com`;

/** Google Secret Manager id: `storefront-dev-orders-database-url`. */
export const secretId = (prefix: string, id: string): string => `${prefix}-${id}`;

/** Pub/Sub topic on which Google publishes that a secret is due for rotation: `storefront-dev-secret-rotations`. */
export const rotationTopic = (prefix: string): string => `${prefix}-secret-rotations`;

/** Google's service agent that sends Secret Manager's messages. */
export const secretManagerAgent = (projectNumber: string): string =>
  `service-${projectNumber}@gcp-sa-secretmanager.iam.gserviceaccount.com`;

/** Google Secret Manager id of a service's Envoy configuration if it is too long for an argument. */
export const envoySecretId = (serviceName: string): string => `${serviceName}-envoy-configuration`;

/** AWS Secrets Manager name of a machine client's secret: `storefront-dev/clients/reporting-agent`. */
export const clientSecretName = (prefix: string, clientId: string): string => `${prefix}/clients/${clientId}`;

/** Cognito app client: `storefront-dev-web`. */
export const clientName = (prefix: string, clientId: string): string => `${prefix}-${clientId}`;

/** Cognito user pool: `storefront-dev-customers`. */
export const userPoolName = (prefix: string, issuerId: string): string => `${prefix}-${issuerId}`;

/** Google blocks a deleted pool's id for 30 days, so a later generation gets a different id. */
export const poolId = (prefix: string, generation: number): string =>
  generation === 1 ? prefix : `${prefix}-${generation}`;

/** Role and service account of a pipeline. A twin may be in its primary's account and project, so its name is another. */
export const pipelineIdentity = (
  name: string,
  { environment, twinOf }: { readonly environment: string; readonly twinOf?: string | undefined },
): string => (twinOf === undefined ? name : `${name}-${environment}`);

/** A user pool's issuer URL. Its id begins with its region. */
export const userPoolIssuer = (pool: string): string => `https://cognito-idp.${regionOf(pool)}.amazonaws.com/${pool}`;

export const regionOf = (pool: string): string => pool.replace(/_.*/, "");

export const cognitoAuthorizationEndpoint = (domainPrefix: string, region: string): string =>
  `https://${domainPrefix}.auth.${region}.amazoncognito.com/oauth2/authorize`;

export const cognitoTokenEndpoint = (domainPrefix: string, region: string): string =>
  `https://${domainPrefix}.auth.${region}.amazoncognito.com/oauth2/token`;

/** CEL condition that lists the exact roles that the federation's provider admits. */
export function attributeCondition(assumedRoleArns: readonly string[]): string {
  const quoted = [...assumedRoleArns].sort().map((arn) => `'${arn}'`);
  return `attribute.aws_role in [${quoted.join(", ")}]`;
}

/** Environment variable with the issuer URL of a Cognito issuer: `ISSUER_CUSTOMERS`. */
export const issuerVariable = (issuerId: string): string => `ISSUER_${variable(issuerId)}`;

/** Environment variable with the app client id of a Cognito client: `CLIENT_REPORTING_AGENT`. */
export const clientVariable = (clientId: string): string => `CLIENT_${variable(clientId)}`;

/** Stage variable of a REST API with the host of a service: `service_order_items`. */
export const hostVariable = (serviceId: string): string => `service_${serviceId.replaceAll("-", "_")}`;

/** Key of the environment's Terraform state in its bucket. */
export const stateKey = (name: string, environment: string): string => `${name}/${environment}.tfstate`;

/**
 * Terraform name of a route: service, method and the words of the path, as in `orders_get_orders_by_id`. `{id}` becomes
 * `by_id` and `{path+}` becomes `all_path`, so a variable and a literal of the same name differ.
 */
export function routeAddress(serviceId: string, method: string, path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "");
  const words = segments.length === 0 ? ["root"] : segments.map(segmentWords);
  return [snake(serviceId), method.toLowerCase(), ...words].join("_");
}

function segmentWords(segment: string): string {
  const variable = /^\{(.+?)(\+?)\}$/.exec(segment);
  if (variable === null) return snake(segment);
  return `${variable[2] === "+" ? "all" : "by"}_${snake(variable[1] ?? "")}`;
}

/** `orderId` and `order-id` become `order_id`. */
export function snake(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}

function variable(id: string): string {
  return id.toUpperCase().replaceAll("-", "_");
}

/** The authorizer's name for a caller: its subject, or its id if an app client or claims identify it. */
export function callerName(client: {
  readonly issuer: string;
  readonly id: string;
  readonly subject?: string;
}): string {
  return `${client.issuer}/${client.subject ?? client.id}`;
}

/** Marker of an unresolved cdktf reference inside a text. */
export const REFERENCE_MARK = "TfToken[";
