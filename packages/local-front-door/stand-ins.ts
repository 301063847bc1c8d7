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
  const { stack, trace, entrance, service, runtimeFolder, cacheFolder, localCallbacks = [] } = props;
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
  const issuers = trusted.filter((issuer) => byUrl.get(issuer.url) === issuer).map((issuer) => new LocalIssuer(issuer));
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

const ROTATION = "a client's secret is the same for as long as this program runs";
const WATCH = "it defines who is notified of errors, refusals and late rotations; there is no CloudWatch here";
const DASHBOARD = "it shows metrics to people; this program shows its own trace";
const OBJECTIVE = "it sets objectives for a service; nothing is measured here";
const AUDIT = "it defines what audit logs record; this program shows its own trace";
const CLIENT_SECRET = "a copy of a client's secret for its owner; here the secret itself is printed";
const TLS = "certificates of the API's name; here the front door is plain HTTP on loopback";
const DNS = "DNS records of the API's name; callers here know its address";
const FILTER = "AWS WAF is not simulated, which is shown as a deviation";
const TRUSTSTORE = "whose client certificates are required; not checked here, which is shown as a deviation";
const NETWORKS = "it restricts callers' networks; here all calls come from loopback, which is shown as a deviation";
const AUDITORS =
  "it defines who reads the logs of both clouds, and how long they are kept; here you can read every line";
const STARTED = "how many instances Lambda keeps started; here a function is one process";
const REMINDERS = "reminders to change a secret; none are sent here";
const SECRET_VALUE = "values of secrets are lines of a file here";

/** Types of resources that do not affect requests: for each of their attributes, the reason. */
const IMMATERIAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_acm_certificate: all(TLS, "domain_name", "validation_method", "tags"),
  aws_acm_certificate_validation: all(TLS, "certificate_arn", "validation_record_fqdns"),
  aws_api_gateway_rest_api_policy: all(NETWORKS, "policy", "rest_api_id"),
  aws_route53_record: all(DNS, "alias", "allow_overwrite", "name", "records", "ttl", "type", "zone_id"),
  aws_s3_bucket: all(TRUSTSTORE, "bucket", "force_destroy", "tags"),
  aws_s3_bucket_lifecycle_configuration: all(TRUSTSTORE, "bucket", "rule"),
  aws_s3_bucket_ownership_controls: all(TRUSTSTORE, "bucket", "rule"),
  aws_s3_bucket_policy: all(TRUSTSTORE, "bucket", "policy"),
  aws_s3_bucket_public_access_block: all(
    TRUSTSTORE,
    ...["block_public_acls", "block_public_policy", "bucket", "ignore_public_acls", "restrict_public_buckets"],
  ),
  aws_s3_bucket_server_side_encryption_configuration: all(TRUSTSTORE, "bucket", "rule"),
  aws_s3_bucket_versioning: all(TRUSTSTORE, "bucket", "versioning_configuration"),
  aws_s3_object: all(TRUSTSTORE, "bucket", "content", "content_type", "key", "override_provider", "source_hash"),
  aws_wafv2_ip_set: all(FILTER, "addresses", "ip_address_version", "name", "scope", "tags"),
  aws_wafv2_web_acl: all(
    FILTER,
    ...["association_config", "default_action", "description", "name", "rule", "scope", "tags", "visibility_config"],
  ),
  aws_wafv2_web_acl_association: all(FILTER, "resource_arn", "web_acl_arn"),
  aws_wafv2_web_acl_logging_configuration: all(FILTER, "log_destination_configs", "redacted_fields", "resource_arn"),
  aws_api_gateway_account: {
    cloudwatch_role_arn: "the role with which API Gateway writes to CloudWatch; there is no CloudWatch here",
  },
  aws_cloudwatch_composite_alarm: all(
    WATCH,
    ...["alarm_actions", "alarm_description", "alarm_name", "alarm_rule", "ok_actions", "tags"],
  ),
  aws_cloudwatch_dashboard: all(DASHBOARD, "dashboard_body", "dashboard_name"),
  aws_cloudwatch_event_rule: all(WATCH, "description", "name", "schedule_expression", "state", "tags"),
  aws_cloudwatch_event_target: all(WATCH, "arn", "input", "rule", "target_id"),
  aws_cloudwatch_log_metric_filter: all(WATCH, "log_group_name", "metric_transformation", "name", "pattern"),
  aws_cloudwatch_metric_alarm: all(
    WATCH,
    ...["alarm_actions", "alarm_description", "alarm_name", "comparison_operator", "datapoints_to_alarm", "dimensions"],
    ...[
      "evaluation_periods",
      "metric_name",
      "metric_query",
      "namespace",
      "ok_actions",
      "period",
      "statistic",
      "tags",
      "threshold",
    ],
    "treat_missing_data",
  ),
  aws_lambda_provisioned_concurrency_config: all(
    STARTED,
    ...["function_name", "provisioned_concurrent_executions", "qualifier"],
  ),
  aws_secretsmanager_secret_rotation: all(
    ROTATION,
    ...["rotate_immediately", "rotation_lambda_arn", "rotation_rules", "secret_id"],
  ),
  aws_cloudwatch_log_group: {
    name: "lines go to this program; there is no CloudWatch here",
    retention_in_days: "nothing is kept longer than this program runs",
    tags: "no decision here depends on a tag",
  },
  aws_cloudwatch_query_definition: all(AUDITORS, "log_group_names", "name", "query_string"),
  aws_secretsmanager_secret: {
    description: "a text for people",
    name: CLIENT_SECRET,
    recovery_window_in_days: "nothing is deleted here",
    tags: "no decision here depends on a tag",
  },
  aws_secretsmanager_secret_policy: {
    block_public_policy: CLIENT_SECRET,
    policy: CLIENT_SECRET,
    secret_arn: CLIENT_SECRET,
  },
  aws_secretsmanager_secret_version: {
    secret_id: CLIENT_SECRET,
    secret_string_wo: CLIENT_SECRET,
    secret_string_wo_version: CLIENT_SECRET,
    version_stages: CLIENT_SECRET,
  },
  google_logging_log_view: all(AUDITORS, "bucket", "description", "filter", "location", "name", "parent"),
  google_logging_log_view_iam_binding: all(AUDITORS, "bucket", "location", "members", "name", "parent", "role"),
  google_logging_project_bucket_config: all(
    AUDITORS,
    ...["bucket_id", "description", "location", "project", "retention_days"],
  ),
  google_logging_project_sink: all(
    AUDITORS,
    ...["description", "destination", "filter", "name", "project", "unique_writer_identity"],
  ),
  google_monitoring_dashboard: all(DASHBOARD, "dashboard_json"),
  google_monitoring_service: all(OBJECTIVE, "basic_service", "display_name", "service_id"),
  google_monitoring_slo: all(
    OBJECTIVE,
    ...["basic_sli", "display_name", "goal", "rolling_period_days", "service", "slo_id"],
  ),
  google_project_iam_audit_config: { audit_log_config: AUDIT, project: AUDIT, service: AUDIT },
  google_pubsub_topic: all(REMINDERS, "labels", "name"),
  google_pubsub_topic_iam_binding: all(REMINDERS, "members", "role", "topic"),
  google_secret_manager_secret: {
    deletion_protection: "nothing is deleted here",
    labels: "no decision here depends on a label",
    replication: "a secret is where its service is: on this machine",
    rotation: REMINDERS,
    secret_id: SECRET_VALUE,
    topics: REMINDERS,
  },
};

/**
 * Types whose attributes a stand-in reads, each in its own file. Any other type might grant something unnoticed.
 */
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

/** Returns the same reason for each of these attributes. */
function all(reason: string, ...attributes: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map((attribute) => [attribute, reason]));
}

/** An unknown type of resource, or an unknown attribute of an immaterial one, stops the start with its address. */
export function requireKnownTypes(stack: Stack): void {
  for (const type of stack.types) {
    const immaterial = IMMATERIAL[type];
    if (immaterial !== undefined) stack.declared(type, { read: [], immaterial });
    else if (!READ.includes(type)) stack.fault(type, "a type of resource that the stand-ins do not know");
  }
}
