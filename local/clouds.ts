import { AwsSts } from "./aws/sts";
import { type LocalFunction, localFunctions } from "./function";
import { LocalGateway } from "./gateway";
import { IamCredentials } from "./google/iam-credentials";
import { GoogleKeys } from "./google/keys";
import { CloudRun, type LocalService } from "./google/run";
import { GoogleSts } from "./google/sts";
import { issuersOf, LocalIssuer } from "./issuers";
import { Stack } from "./stack";
import { StackError } from "./terraform-document";
import { LocalTls } from "./tls";
import { LocalTrace } from "./trace";

export interface CloudsProps {
  /** `cdktf.out/stacks/<env>/cdk.tf.json`, or a file of the same content beside the same assets. */
  readonly stackFile: string;
  /** Answers for every Cloud Run service. Default: the request it got, as JSON. */
  readonly service?: LocalService;
  /** Port of the gateway on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** Folder with `preload.cjs` and `function-process.cjs`. Default: this one; needed where this program was bundled. */
  readonly runtimeFolder?: string;
}

/** Types of resources that decide nothing about a request. */
const IMMATERIAL: readonly string[] = [
  "aws_cloudwatch_log_group",
  "aws_cognito_resource_server",
  "aws_cognito_user_pool",
  "aws_cognito_user_pool_client",
  "aws_cognito_user_pool_domain",
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy_attachments_exclusive",
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_policy",
  "aws_secretsmanager_secret_version",
  "google_project_iam_audit_config",
  "google_project_service",
  "google_secret_manager_secret",
  "google_secret_manager_secret_iam_binding",
];

/** Types that a stand-in reads. Any other might grant something that nobody here would notice. */
const READ: readonly string[] = [
  "aws_apigatewayv2_api",
  "aws_apigatewayv2_authorizer",
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_stage",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_lambda_function",
  "aws_lambda_permission",
  "google_cloud_run_v2_service",
  "google_cloud_run_v2_service_iam_binding",
  "google_iam_workload_identity_pool",
  "google_iam_workload_identity_pool_provider",
  "google_service_account",
  "google_service_account_iam_binding",
];

/** Both clouds of one stack on this machine, until `stop`. Everything listens on 127.0.0.1 alone. */
export interface Clouds {
  /** Where callers call. */
  readonly url: string;
  readonly stack: Stack;
  readonly trace: LocalTrace;
  readonly functions: readonly LocalFunction[];
  /** By the issuer's id in the authorizer's policy. */
  readonly issuers: ReadonlyMap<string, LocalIssuer>;
  readonly tls: LocalTls;
  readonly aws: AwsSts;
  stop(): Promise<void>;
}

/** Starts everything, or nothing: what was started is stopped again where a later part refuses the stack. */
export async function startClouds(props: CloudsProps): Promise<Clouds> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return { ...(await start(props, (each) => stops.push(each))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { stackFile, service, port, runtimeFolder = __dirname }: CloudsProps,
  onStop: (stop: () => unknown) => void,
): Promise<Omit<Clouds, "stop">> {
  const stack = Stack.read(stackFile);
  const unknown = stack.types.find((type) => !READ.includes(type) && !IMMATERIAL.includes(type));
  if (unknown !== undefined) throw new StackError(unknown, "a type of resource that the stand-ins do not know");
  const trace = new LocalTrace();
  const keys = await GoogleKeys.create();
  const aws = new AwsSts(stack, trace);
  const googleSts = new GoogleSts(stack, aws, trace);
  const iam = new IamCredentials(stack, googleSts, keys, trace);
  const run = new CloudRun(stack, keys, trace, service);
  const credentials = aws.functionCredentials.bind(aws);
  const functions = localFunctions({ stack, internet: () => tls, credentials, runtimeFolder });
  onStop(() => functions.map((each) => each.stop()));
  const issuers = new Map<string, LocalIssuer>();
  const hosts = new Map([
    [aws.host, aws.handle.bind(aws)],
    [googleSts.host, googleSts.handle.bind(googleSts)],
    [iam.host, iam.handle.bind(iam)],
    ...run.hosts.map((host) => [host, run.handle.bind(run)] as const),
  ]);
  // All at once: each makes an RSA key, which takes most of the start's time.
  for (const issuer of await Promise.all(issuersOf(functions).map(LocalIssuer.start))) {
    onStop(() => issuer.stop());
    issuers.set(issuer.declaration.id, issuer);
    hosts.set(issuer.host, issuer.handle);
  }
  const tls = await LocalTls.start(hosts);
  onStop(() => tls.stop());
  const gateway = new LocalGateway(stack, functions, tls, trace);
  const url = await gateway.start(port);
  onStop(() => gateway.stop());
  return { url, stack, trace, functions, issuers, tls, aws };
}
