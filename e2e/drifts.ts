import type { Scene, StateResource } from "./scene";

/** A change of one object, as a person would make it past Terraform. `drift` must name the object's address. */
export interface DriftKind {
  readonly id: string;
  /** `opens a route to anyone`. */
  readonly change: string;
  /** Type of the resource that differs afterwards. */
  readonly type: string;
  /** Which of these resources. Default: the first one. */
  readonly picks?: (resource: StateResource) => boolean;
  readonly make: (
    values: StateResource["values"],
    scene: Pick<Scene, "tools" | "record" | "environment">,
  ) => Promise<unknown>;
}

/** Nothing in a cloud has this name before the run. */
const ADDED = "added-by-e2e";

/** The account that the service's containers run as. No binding names it. */
function otherAccount({ record: { run, google }, environment }: Pick<Scene, "record" | "environment">): string {
  return `serviceAccount:${run}-${environment}-echo-rt@${google.project}.iam.gserviceaccount.com`;
}

function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** A change for each kind of object that decides about access or serves calls. Each applies where its type occurs. */
export const DRIFT_KINDS: readonly DriftKind[] = [
  {
    id: "open-route",
    change: "opens a route of an HTTP API to anyone",
    type: "aws_apigatewayv2_route",
    picks: ({ values }) => values.route_key === "GET /read",
    make: (values, { tools: { aws } }) =>
      aws(
        ...["apigatewayv2", "update-route", "--api-id", values.api_id, "--route-id", values.id],
        ...["--authorization-type", "NONE"],
      ),
  },
  {
    id: "open-method",
    change: "opens a method of a REST API to anyone",
    type: "aws_api_gateway_method",
    picks: ({ name }) => name === "echo_get_read",
    make: (values, { tools: { aws } }) =>
      aws(
        ...["apigateway", "update-method", "--rest-api-id", values.rest_api_id, "--resource-id", values.resource_id],
        ...["--http-method", values.http_method],
        ...["--patch-operations", "op=replace,path=/authorizationType,value=NONE"],
      ),
  },
  {
    id: "own-answer",
    change: "changes the status of the gateway's own answer",
    type: "aws_api_gateway_gateway_response",
    picks: ({ values }) => values.response_type === "DEFAULT_4XX",
    make: (values, { tools: { aws } }) =>
      aws(
        ...["apigateway", "update-gateway-response", "--rest-api-id", values.rest_api_id],
        ...["--response-type", values.response_type, "--patch-operations", "op=replace,path=/statusCode,value=418"],
      ),
  },
  {
    id: "stage",
    change: "changes the stage variable that is part of each cache key",
    type: "aws_apigatewayv2_stage",
    picks: ({ values }) => values.stage_variables !== null && values.stage_variables !== undefined,
    make: (values, { tools: { aws } }) =>
      aws(
        ...["apigatewayv2", "update-stage", "--api-id", values.api_id, "--stage-name", values.name],
        ...["--stage-variables", JSON.stringify({ ...values.stage_variables, policy: ADDED })],
      ),
  },
  {
    id: "function",
    change: "gives a function more memory",
    type: "aws_lambda_function",
    make: (values, { tools: { aws } }) =>
      aws("lambda", "update-function-configuration", "--function-name", values.function_name, "--memory-size", "1024"),
  },
  {
    id: "role-policy",
    change: "adds a policy to a role",
    type: "aws_iam_role_policies_exclusive",
    make: (values, { tools: { aws } }) =>
      aws(
        ...["iam", "put-role-policy", "--role-name", values.role_name, "--policy-name", ADDED],
        ...["--policy-document", policy({ Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" })],
      ),
  },
  {
    id: "role-trust",
    change: "lets the account's own administrators assume a role",
    type: "aws_iam_role",
    make: (values, { tools: { aws }, record }) =>
      aws(
        ...["iam", "update-assume-role-policy", "--role-name", values.name, "--policy-document"],
        policy({
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: `arn:aws:iam::${record.aws.account}:root` },
        }),
      ),
  },
  {
    id: "log-retention",
    change: "keeps a log longer",
    type: "aws_cloudwatch_log_group",
    make: (values, { tools: { aws } }) =>
      aws("logs", "put-retention-policy", "--log-group-name", values.name, "--retention-in-days", "3"),
  },
  {
    id: "secret-policy",
    change: "removes the policy of a client's secret",
    type: "aws_secretsmanager_secret_policy",
    make: (values, { tools: { aws } }) =>
      aws("secretsmanager", "delete-resource-policy", "--secret-id", values.secret_arn),
  },
  {
    id: "alarm",
    change: "deletes an alarm",
    type: "aws_cloudwatch_metric_alarm",
    make: (values, { tools: { aws } }) => aws("cloudwatch", "delete-alarms", "--alarm-names", values.alarm_name),
  },
  {
    id: "invoker",
    change: "lets another account invoke a service",
    type: "google_cloud_run_v2_service_iam_binding",
    make: (values, { tools: { gcloud }, record, environment }) =>
      gcloud(
        ...["run", "services", "add-iam-policy-binding", values.name, `--region=${values.location}`],
        ...[`--member=${otherAccount({ record, environment })}`, `--role=${values.role}`],
      ),
  },
  {
    id: "impersonation",
    change: "lets another account act as a service account",
    type: "google_service_account_iam_binding",
    make: (values, { tools: { gcloud }, record, environment }) =>
      gcloud(
        ...["iam", "service-accounts", "add-iam-policy-binding", values.service_account_id.split("/").at(-1)],
        ...[`--member=${otherAccount({ record, environment })}`, `--role=${values.role}`],
      ),
  },
  {
    id: "federation",
    change: "removes the condition of the federation",
    type: "google_iam_workload_identity_pool_provider",
    make: (values, { tools: { gcloud } }) =>
      gcloud(
        ...["iam", "workload-identity-pools", "providers", "update-aws", values.workload_identity_pool_provider_id],
        ...[`--workload-identity-pool=${values.workload_identity_pool_id}`, "--location=global"],
        "--attribute-condition=true",
      ),
  },
  {
    id: "traffic",
    change: "pins a service's calls to a revision",
    type: "google_cloud_run_v2_service",
    make: (values, { tools: { gcloud } }) =>
      gcloud(
        "run",
        "services",
        "update-traffic",
        values.name,
        `--region=${values.location}`,
        `--to-revisions=${values.template[0].revision}=100`,
      ),
  },
  {
    id: "account",
    change: "disables the service account of a service",
    type: "google_service_account",
    make: (values, { tools: { gcloud } }) => gcloud("iam", "service-accounts", "disable", values.email),
  },
];
