import { createHash, randomBytes } from "node:crypto";
import type { Resource } from "./document";

/** The inputs of a made-up value: attributes with their references resolved, and the providers' settings. */
export interface DeclaredValues {
  readonly aws: { readonly account: string; readonly region: string };
  readonly google: { readonly project: string };
  text(resource: Resource, attribute: string): string;
}

/** Makes up the value of an attribute that only an apply knows, from the resource's own address and declarations. */
type Computed = (resource: Resource, stack: DeclaredValues) => string;

const LOWER_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Characters that differ between addresses and stay the same between runs. */
function letters({ address }: Resource, length: number, alphabet = LOWER_ALPHANUMERIC): string {
  const digest = createHash("sha512").update(address).digest();
  return Array.from({ length }, (_, index) => alphabet[(digest[index % 64] ?? 0) % alphabet.length]).join("");
}

/** New at every start, because any page or program that has read this project could send a fixed client secret. */
const THIS_START = randomBytes(32).toString("hex");

const id =
  (length: number): Computed =>
  (resource) =>
    letters(resource, length);

const serviceAccountEmail: Computed = (resource, stack) =>
  `${stack.text(resource, "account_id")}@${stack.google.project}.iam.gserviceaccount.com`;

/** Google names pools and providers by the project's number, which a stack does not know. */
export function projectNumber({ google }: Pick<DeclaredValues, "google">): string {
  const digits = createHash("sha256")
    .update(google.project)
    .digest("hex")
    .replace(/[^0-9]/g, "");
  return `7${digits.padEnd(11, "0").slice(0, 11)}`;
}

/**
 * The forms come from the providers' documentation; the values belong to no account. Ids are the same at every start,
 * secrets only within this process. Only attributes listed here can be referred to: an unknown reference is an error.
 */
const COMPUTED: Readonly<Record<string, Computed>> = {
  "aws_api_gateway_api_key.id": id(10),
  "aws_api_gateway_authorizer.id": id(6),
  "aws_api_gateway_deployment.id": id(6),
  "aws_api_gateway_resource.id": id(6),
  "aws_api_gateway_rest_api.execution_arn": (resource, stack) =>
    `arn:aws:execute-api:${stack.aws.region}:${stack.aws.account}:${stack.text(resource, "id")}`,
  "aws_api_gateway_rest_api.id": id(10),
  "aws_api_gateway_rest_api.root_resource_id": ({ address, ...rest }) =>
    letters({ ...rest, address: `${address}.root_resource_id` }, 10),
  "aws_api_gateway_usage_plan.id": id(6),
  "aws_apigatewayv2_api.id": id(10),
  "aws_apigatewayv2_api.execution_arn": (resource, stack) =>
    `arn:aws:execute-api:${stack.aws.region}:${stack.aws.account}:${stack.text(resource, "id")}`,
  "aws_apigatewayv2_api.api_endpoint": (resource, stack) =>
    `https://${stack.text(resource, "id")}.execute-api.${stack.aws.region}.amazonaws.com`,
  "aws_apigatewayv2_authorizer.id": id(6),
  "aws_apigatewayv2_domain_name.id": (resource, stack) => stack.text(resource, "domain_name"),
  "aws_apigatewayv2_integration.id": id(7),
  "aws_cloudwatch_event_rule.arn": (resource, stack) =>
    `arn:aws:events:${stack.aws.region}:${stack.aws.account}:rule/${stack.text(resource, "name")}`,
  "aws_cloudwatch_log_group.arn": (resource, stack) =>
    `arn:aws:logs:${stack.aws.region}:${stack.aws.account}:log-group:${stack.text(resource, "name")}`,
  "aws_cognito_user_pool.arn": (resource, stack) =>
    `arn:aws:cognito-idp:${stack.aws.region}:${stack.aws.account}:userpool/${stack.text(resource, "id")}`,
  "aws_cognito_user_pool.id": (resource, stack) => `${stack.aws.region}_${letters(resource, 9)}`,
  "aws_cognito_user_pool.endpoint": (resource, stack) =>
    `cognito-idp.${stack.aws.region}.amazonaws.com/${stack.text(resource, "id")}`,
  "aws_cognito_user_pool_client.id": id(26),
  "aws_cognito_user_pool_client.client_secret": ({ address, ...rest }) =>
    letters({ ...rest, address: `${THIS_START} ${address}.client_secret` }, 51),
  "aws_iam_role.id": (resource, stack) => stack.text(resource, "name"),
  "aws_iam_role.arn": (resource, stack) => `arn:aws:iam::${stack.aws.account}:role/${stack.text(resource, "name")}`,
  "aws_lambda_alias.invoke_arn": (resource, stack) =>
    `arn:aws:apigateway:${stack.aws.region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${stack.aws.region}:${stack.aws.account}:function:${stack.text(resource, "function_name")}:${stack.text(resource, "name")}/invocations`,
  "aws_lambda_function.arn": (resource, stack) =>
    `arn:aws:lambda:${stack.aws.region}:${stack.aws.account}:function:${stack.text(resource, "function_name")}`,
  "aws_lambda_function.invoke_arn": (resource, stack) =>
    `arn:aws:apigateway:${stack.aws.region}:lambda:path/2015-03-31/functions/${stack.text(resource, "arn")}/invocations`,
  "aws_lambda_function.version": () => "1",
  "aws_secretsmanager_secret.arn": (resource, stack) =>
    `arn:aws:secretsmanager:${stack.aws.region}:${stack.aws.account}:secret:${stack.text(resource, "name")}-${letters(resource, 6)}`,
  "google_cloud_run_v2_service.id": (resource, stack) =>
    `projects/${stack.google.project}/locations/${stack.text(resource, "location")}/services/${stack.text(resource, "name")}`,
  "google_cloud_run_v2_service.uri": (resource, stack) =>
    `https://${stack.text(resource, "name")}-${letters(resource, 10)}-ew.a.run.app`,
  "google_iam_workload_identity_pool.name": (resource, stack) =>
    `projects/${projectNumber(stack)}/locations/global/workloadIdentityPools/${stack.text(resource, "workload_identity_pool_id")}`,
  "google_iam_workload_identity_pool_provider.name": (resource, stack) =>
    `projects/${projectNumber(stack)}/locations/global/workloadIdentityPools/${stack.text(resource, "workload_identity_pool_id")}/providers/${stack.text(resource, "workload_identity_pool_provider_id")}`,
  "google_pubsub_topic.id": (resource, stack) =>
    `projects/${stack.google.project}/topics/${stack.text(resource, "name")}`,
  "google_secret_manager_secret.id": (resource, stack) =>
    `projects/${stack.google.project}/secrets/${stack.text(resource, "secret_id")}`,
  "google_secret_manager_secret_version.version": () => "1",
  "google_service_account.email": serviceAccountEmail,
  "google_service_account.member": (resource, stack) => `serviceAccount:${serviceAccountEmail(resource, stack)}`,
  "google_service_account.name": (resource, stack) =>
    `projects/${stack.google.project}/serviceAccounts/${serviceAccountEmail(resource, stack)}`,
  "google_service_account.unique_id": (resource) => letters(resource, 21, "0123456789"),
};

export function computedAttribute(resource: Resource, attribute: string, stack: DeclaredValues): string | undefined {
  return COMPUTED[`${resource.type}.${attribute}`]?.(resource, stack);
}
