import { calledAs } from "../cli/process/cloud-tools";
import type { Scene, StateResource } from "./scene";

/** A change of one object, as a person would make it past Terraform. `drift` must name the object's address. */
export interface DriftKind {
  readonly id: string;
  /** `opens a route to anyone`. */
  readonly change: string;
  /** Type of the resource that differs afterwards. */
  readonly type: string;
  /** Which of these resources. Default: the first one. */
  readonly picks?: ((resource: StateResource) => boolean) | undefined;
  readonly make: (
    values: StateResource["values"],
    scene: Pick<Scene, "environment" | "record" | "tools">,
  ) => Promise<unknown>;
}

/** @param call of a tool, with values of the resource and those of `changed` */
function drift(id: string, change: string, type: string, call: string, picks?: DriftKind["picks"]): DriftKind {
  const make: DriftKind["make"] = (values, scene) =>
    calledAs(scene.tools, call, { ...values, ...changed(values, scene) });
  return { id, change, type, picks, make };
}

/** Nothing in a cloud has this name before the run. */
const ADDED = "added-by-e2e";

function changed(values: StateResource["values"], { record, environment }: Parameters<DriftKind["make"]>[1]) {
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const { run, aws, google } = record;
  const trusted = { AWS: `arn:aws:iam::${aws.account}:root` };
  return {
    grant: policy({ Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" }),
    trust: policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: trusted }),
    variables: JSON.stringify({ ...values.stage_variables, policy: ADDED }),
    // The account that the service's containers run as. No binding names it.
    other: `serviceAccount:${run}-${environment}-echo-rt@${google.project}.iam.gserviceaccount.com`,
    revision: values.template?.[0].revision,
  };
}

/** A change for each kind of object that decides about access or serves calls. Each applies where its type occurs. */
export const DRIFT_KINDS: readonly DriftKind[] = [
  drift(
    "open-route",
    "opens a route of an HTTP API to anyone",
    "aws_apigatewayv2_route",
    "aws apigatewayv2 update-route --api-id {api_id} --route-id {id} --authorization-type NONE",
    ({ values }) => values.route_key === "GET /read",
  ),
  drift(
    "open-method",
    "opens a method of a REST API to anyone",
    "aws_api_gateway_method",
    "aws apigateway update-method --rest-api-id {rest_api_id} --resource-id {resource_id} --http-method {http_method} --patch-operations op=replace,path=/authorizationType,value=NONE",
    ({ name }) => name === "echo_get_read",
  ),
  drift(
    "own-answer",
    "changes the status of the gateway's own answer",
    "aws_api_gateway_gateway_response",
    "aws apigateway update-gateway-response --rest-api-id {rest_api_id} --response-type {response_type} --patch-operations op=replace,path=/statusCode,value=418",
    ({ values }) => values.response_type === "DEFAULT_4XX",
  ),
  drift(
    "stage",
    "changes the stage variable that is part of each cache key",
    "aws_apigatewayv2_stage",
    "aws apigatewayv2 update-stage --api-id {api_id} --stage-name {name} --stage-variables {variables}",
    ({ values }) => values.stage_variables !== null && values.stage_variables !== undefined,
  ),
  drift(
    "function",
    "gives a function more memory",
    "aws_lambda_function",
    "aws lambda update-function-configuration --function-name {function_name} --memory-size 1024",
  ),
  drift(
    "role-policy",
    "adds a policy to a role",
    "aws_iam_role_policies_exclusive",
    `aws iam put-role-policy --role-name {role_name} --policy-name ${ADDED} --policy-document {grant}`,
  ),
  drift(
    "role-trust",
    "lets the account's own administrators assume a role",
    "aws_iam_role",
    "aws iam update-assume-role-policy --role-name {name} --policy-document {trust}",
  ),
  drift(
    "log-retention",
    "keeps a log longer",
    "aws_cloudwatch_log_group",
    "aws logs put-retention-policy --log-group-name {name} --retention-in-days 3",
  ),
  drift(
    "secret-policy",
    "removes the policy of a client's secret",
    "aws_secretsmanager_secret_policy",
    "aws secretsmanager delete-resource-policy --secret-id {secret_arn}",
  ),
  drift(
    "alarm",
    "deletes an alarm",
    "aws_cloudwatch_metric_alarm",
    "aws cloudwatch delete-alarms --alarm-names {alarm_name}",
  ),
  drift(
    "invoker",
    "lets another account invoke a service",
    "google_cloud_run_v2_service_iam_binding",
    "gcloud run services add-iam-policy-binding {name} --region={location} --member={other} --role={role}",
  ),
  drift(
    "impersonation",
    "lets another account act as a service account",
    "google_service_account_iam_binding",
    "gcloud iam service-accounts add-iam-policy-binding {service_account_id/} --member={other} --role={role}",
  ),
  drift(
    "federation",
    "removes the condition of the federation",
    "google_iam_workload_identity_pool_provider",
    "gcloud iam workload-identity-pools providers update-aws {workload_identity_pool_provider_id} --workload-identity-pool={workload_identity_pool_id} --location=global --attribute-condition=true",
  ),
  drift(
    "traffic",
    "pins a service's calls to a revision",
    "google_cloud_run_v2_service",
    "gcloud run services update-traffic {name} --region={location} --to-revisions={revision}=100",
  ),
  drift(
    "account",
    "disables the service account of a service",
    "google_service_account",
    "gcloud iam service-accounts disable {email}",
  ),
];
