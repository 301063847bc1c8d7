import { AwsSts } from "./aws/sts";
import { Cognito, type SignInProps } from "./cognito/cognito";
import { callbackDeviations, type UserPool, userPools } from "./cognito/pool";
import type { EnvoyConfiguration } from "./envoy/configuration";
import { type LocalFunction, localFunctions } from "./function/function";
import { authorizerIssuers, backendHosts, localGateway } from "./gateway/gateways";
import type { ApiGateway, GatewayOptions } from "./gateway/shared/api-gateway";
import { IamCredentials } from "./google/iam-credentials";
import { GoogleKeys } from "./google/keys";
import { CloudRun, echoService, type LocalService } from "./google/run";
import { GoogleSts } from "./google/sts";
import { issuerHosts, LocalIssuer } from "./issuers/issuers";
import { type TrustedIssuer, trustedIssuers } from "./issuers/trusted-issuers";
import { callerOf, type LocalHost, type LocalHosts } from "./net/local-http";
import type { LocalInternet } from "./net/tls";
import { declaredServices, type ServiceDeclaration } from "./services/declaration";
import type { Stack } from "./terraform/stack";
import type { Hop } from "./trace/hop";
import type { LocalTrace } from "./trace/trace";

export interface StandInsProps {
  readonly stack: Stack;
  readonly trace: LocalTrace;
  /** Issuers of other clouds that run, by URL. */
  readonly signers?: ReadonlyMap<string, LocalIssuer>;
  /** The address at which a function reaches both clouds; read when it starts. */
  readonly entrance: (of: LocalFunction) => LocalInternet;
  /** Answers for the services behind Cloud Run. */
  readonly service: LocalService;
  readonly runtimeFolder: string;
  readonly cacheFolder: string;
  readonly localCallbacks?: readonly string[];
  /** The user pools' pages. */
  readonly signIn?: SignInProps;
  readonly gateway?: GatewayOptions;
  /** Whether an echo answers for backends outside the stack: a deviation. Default: nothing answers, 503. */
  readonly echoesOutside?: boolean;
}

/** All stand-ins for one stack's declarations, created but not started. */
export interface StandIns {
  /** The services as declared. */
  readonly services: readonly ServiceDeclaration[];
  readonly envoys: readonly EnvoyConfiguration[];
  readonly aws: AwsSts;
  readonly functions: readonly LocalFunction[];
  /** Issuers whose tokens the stack accepts. */
  readonly trusted: readonly TrustedIssuer[];
  readonly issuers: readonly LocalIssuer[];
  readonly googleKeys: GoogleKeys;
  readonly pools: readonly UserPool[];
  readonly cognito: Cognito;
  readonly gateway: ApiGateway;
  /** How the user pools deviate from the stack on request. */
  readonly callbackDeviations: readonly string[];
  /** Rollouts whose revisions are one service here. */
  readonly rolloutDeviations: readonly string[];
  /** Backends outside the stack for which an echo answers. */
  readonly outsideDeviations: readonly string[];
  /** All hosts of both clouds, each with the program that answers for it. */
  readonly hosts: LocalHosts;
}

/**
 * The stand-ins of a stack. Everything that none of them supports is reported in one error. At that point no port is
 * open, no process runs, and no file is written.
 */
export function standInsOf(props: StandInsProps): StandIns {
  const hosts = new Map<string, LocalHost>();
  const ask = callerOf(() => hosts);
  const { sts, iam, run, ...parts } = props.stack.readWhole(() => readParts(props, ask));
  const { aws, cognito, issuers, pools } = parts;
  const called =
    (at: Hop["at"], of: { handle: LocalHost }): LocalHost =>
    (request) =>
      props.trace.call(at, () => of.handle(request));
  const answering: readonly (readonly [string, LocalHost])[] = [
    [aws.host, called("aws-sts", aws)],
    [sts.host, called("google-sts", sts)],
    [iam.host, called("iam-credentials", iam)],
    ...run.hosts.map((host) => [host, run.called] as const),
    ...issuerHosts(issuers),
    ...pools.map(({ host }) => [host, cognito.handle.bind(cognito)] as const),
  ];
  for (const [host, answer] of answering) hosts.set(host, answer);
  const outside = [...(props.echoesOutside ? backendHosts(props.stack) : [])].filter(([host]) => !hosts.has(host));
  for (const [host] of outside) hosts.set(host, (request) => echoService({ ...request, service: host }));
  const outsideDeviations = outside.map(([host, address]) => `${address}: an echo answers for ${host}`);
  return { ...parts, hosts, outsideDeviations, rolloutDeviations: run.deviations };
}

function readParts(props: StandInsProps, ask: LocalHost) {
  const { stack, trace, signers, entrance, service, runtimeFolder, cacheFolder, localCallbacks = [] } = props;
  stack.requireKnownDocument();
  requireKnownTypes(stack);
  const services = stack.part(() => declaredServices(stack)) ?? [];
  const envoys = services.flatMap((each) => each.envoy?.configuration ?? []);
  const aws = stack.part(() => new AwsSts(stack, trace));
  const credentials: AwsSts["functionCredentials"] = (role, name) => aws.functionCredentials(role, name);
  const onLine = (group: string, line: string) => trace.logs?.cloudWatch(group, line, Date.now());
  const functions =
    stack.part(() => localFunctions({ stack, internet: entrance, credentials, runtimeFolder, cacheFolder, onLine })) ??
    [];
  const trusted = stack.part(() => trustedIssuers(functions, envoys, authorizerIssuers(stack))) ?? [];
  // Issuers of one URL, which differ in their audiences, sign with the same key.
  const byUrl = new Map([...trusted].reverse().map((issuer) => [issuer.url, issuer]));
  const issuers = trusted
    .filter((issuer) => byUrl.get(issuer.url) === issuer)
    .map((issuer) => signers?.get(issuer.url) ?? new LocalIssuer(issuer));
  const googleKeys = new GoogleKeys();
  const sts = stack.part(() => new GoogleSts(stack, aws, trace));
  const iam = stack.part(() => new IamCredentials(stack, sts, googleKeys, trace));
  const run = stack.part(() => new CloudRun(stack, googleKeys, trace, service));
  const pools = stack.part(() => userPools(stack, issuers, localCallbacks)) ?? [];
  const deviations = stack.part(() => callbackDeviations(pools, localCallbacks));
  const cognito = new Cognito(pools, trace, props.signIn);
  const gateway = stack.part(() => localGateway(stack, functions, ask, trace, props.gateway));
  return {
    ...{ services, envoys, aws, functions, trusted, issuers, googleKeys, pools, cognito, sts, iam, run },
    ...{ gateway, callbackDeviations: deviations },
  };
}

/** Types that this program declares and on which no request depends, or whose effect is shown as a deviation. */
export const PASSIVE: readonly string[] = [
  "aws_acm_certificate",
  "aws_acm_certificate_validation",
  "aws_api_gateway_account",
  "aws_api_gateway_rest_api_policy",
  "aws_cloudwatch_composite_alarm",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_metric_filter",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_query_definition",
  "aws_cognito_managed_login_branding",
  "aws_lambda_provisioned_concurrency_config",
  "aws_route53_record",
  "aws_s3_bucket",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_s3_object",
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_policy",
  "aws_secretsmanager_secret_rotation",
  "aws_secretsmanager_secret_version",
  "aws_wafv2_ip_set",
  "aws_wafv2_web_acl",
  "aws_wafv2_web_acl_association",
  "aws_wafv2_web_acl_logging_configuration",
  "google_logging_log_view",
  "google_logging_log_view_iam_binding",
  "google_logging_project_bucket_config",
  "google_logging_project_sink",
  "google_monitoring_dashboard",
  "google_monitoring_service",
  "google_monitoring_slo",
  "google_project_iam_audit_config",
  "google_pubsub_topic",
  "google_pubsub_topic_iam_binding",
  "google_secret_manager_secret",
];

/** Types on which requests depend: a stand-in reads the attributes of each, in its own file. */
const READ: readonly string[] = [
  "aws_api_gateway_api_key",
  "aws_api_gateway_authorizer",
  "aws_api_gateway_deployment",
  "aws_api_gateway_gateway_response",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_method_settings",
  "aws_api_gateway_resource",
  "aws_api_gateway_rest_api",
  "aws_api_gateway_stage",
  "aws_api_gateway_usage_plan",
  "aws_api_gateway_usage_plan_key",
  "aws_apigatewayv2_api",
  "aws_apigatewayv2_api_mapping",
  "aws_apigatewayv2_authorizer",
  "aws_apigatewayv2_domain_name",
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_stage",
  "aws_cognito_resource_server",
  "aws_cognito_user_pool",
  "aws_cognito_user_pool_client",
  "aws_cognito_user_pool_domain",
  "aws_iam_role",
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_iam_role_policy_attachments_exclusive",
  "aws_lambda_alias",
  "aws_lambda_function",
  "aws_lambda_permission",
  "google_cloud_run_v2_service",
  "google_cloud_run_v2_service_iam_binding",
  "google_cloud_run_v2_service_iam_member",
  "google_iam_workload_identity_pool",
  "google_iam_workload_identity_pool_provider",
  "google_project_service",
  "google_secret_manager_secret_iam_binding",
  "google_secret_manager_secret_version",
  "google_service_account",
  "google_service_account_iam_binding",
];

/**
 * Families with further types that decide: parts of an API, policies of roles, and grants that replace or deny others.
 * Any other type can only grant, or is not between a caller and a service.
 */
const DECIDING =
  /^aws_api_?gateway|^aws_iam_(policy_attachment|role)|^google_(cloud_run_(v2_)?service|secret_manager_secret|service_account)_iam_|^google_iam_/;

/** A type that might decide unnoticed stops the start; if the stack is read strictly, any type that is not known. */
export function requireKnownTypes(stack: Stack): void {
  for (const type of stack.types) {
    if (READ.includes(type) || PASSIVE.includes(type) || !(stack.strict || DECIDING.test(type))) continue;
    stack.fault(type, "a type of resource that the stand-ins do not know");
  }
}

/** Addresses of the resources on which no request depends; first those of types that only a project itself declares. */
export function notSimulated(stack: Stack): readonly string[] {
  const types = stack.types.filter((type) => !READ.includes(type));
  const own = types.filter((type) => !PASSIVE.includes(type));
  return [...new Set([...own, ...types])].flatMap((type) => stack.all(type).map(({ address }) => address));
}
