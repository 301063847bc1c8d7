import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { typeOf } from "../../packages/terraform-access-review/types";
import { type Json, jsonIn } from "../process/json";
import type { MaybeAsyncShell } from "../process/shell";

/** Time limit of one query, in seconds. */
const SECONDS = 15;

/** A question to the person's own `aws` or `gcloud`: a program and its arguments. */
type Question = readonly [program: string, ...string[]];

/** Objects whose name only one object may have. */
export interface NamedType {
  /** Asks for the object of the name. It fails if there is none. */
  readonly describe: (object: Attributes, aws: { readonly region: string }) => Question;
  /** The id by which Terraform imports the object. Undefined: Terraform adopts it without an import. */
  readonly importId?: (object: Attributes, found: Json) => string;
  /** For types whose objects keep their name for some days after a deletion. Default: never. */
  readonly isDeleted?: (found: Json) => boolean;
  /** What to do about a deleted object. */
  readonly remedy?: (object: Attributes) => string;
}

const gcloud = (object: Attributes, ...args: readonly string[]): Question => [
  "gcloud",
  ...args,
  `--project=${object.project}`,
  "--format=json",
];
const aws = (region: string, ...args: readonly string[]): Question => [
  "aws",
  ...args,
  ...["--region", region, "--output", "json"],
];

const POOLS = "iam workload-identity-pools".split(" ");
const RAISE = "raise federation.generation in config/, for a pool with another id";

function emailOf({ account_id, project }: Attributes): string {
  return `${account_id}@${project}.iam.gserviceaccount.com`;
}

function poolOf({ project, workload_identity_pool_id }: Attributes): string {
  return `projects/${project}/locations/global/workloadIdentityPools/${workload_identity_pool_id}`;
}

/** By type. Every id follows from the attributes of the planned object, with its project. */
export const NAMED_TYPES: Readonly<Record<string, NamedType>> = {
  aws_cloudwatch_log_group: {
    describe: ({ name }, { region }) => aws(region, "logs", "list-tags-log-group", "--log-group-name", name),
    importId: ({ name }) => name,
  },
  aws_iam_role: {
    describe: ({ name }, { region }) => aws(region, "iam", "get-role", "--role-name", name),
    importId: ({ name }) => name,
  },
  aws_lambda_function: {
    describe: ({ function_name }, { region }) =>
      aws(region, "lambda", "get-function-configuration", "--function-name", function_name),
    importId: ({ function_name }) => function_name,
  },
  aws_secretsmanager_secret: {
    describe: ({ name }, { region }) => aws(region, "secretsmanager", "describe-secret", "--secret-id", name),
    importId: (_, { ARN }) => ARN,
    isDeleted: ({ DeletedDate }) => DeletedDate !== undefined,
    remedy: ({ name }) =>
      `restore it with: aws secretsmanager restore-secret --secret-id ${name}; then import it, or wait until it is deleted`,
  },
  google_cloud_run_v2_service: {
    describe: (object) => gcloud(object, "run", "services", "describe", object.name, `--region=${object.location}`),
    importId: ({ project, location, name }) => `projects/${project}/locations/${location}/services/${name}`,
  },
  google_iam_workload_identity_pool: {
    describe: (object) => gcloud(object, ...POOLS, "describe", object.workload_identity_pool_id, "--location=global"),
    importId: poolOf,
    isDeleted: ({ state }) => state === "DELETED",
    remedy: () => RAISE,
  },
  google_iam_workload_identity_pool_provider: {
    describe: (object) =>
      gcloud(
        object,
        ...[...POOLS, "providers", "describe", object.workload_identity_pool_provider_id],
        ...[`--workload-identity-pool=${object.workload_identity_pool_id}`, "--location=global"],
      ),
    importId: (object) => `${poolOf(object)}/providers/${object.workload_identity_pool_provider_id}`,
    isDeleted: ({ state }) => state === "DELETED",
    remedy: () => RAISE,
  },
  google_logging_project_bucket_config: {
    describe: (object) =>
      gcloud(object, "logging", "buckets", "describe", object.bucket_id, `--location=${object.location}`),
    isDeleted: ({ lifecycleState }) => lifecycleState === "DELETE_REQUESTED",
    remedy: (object) =>
      `restore it, and the deploy adopts it: ${typeOf("google_logging_project_bucket_config").restore?.(object)}`,
  },
  google_pubsub_topic: {
    describe: (object) => gcloud(object, "pubsub", "topics", "describe", object.name),
    importId: ({ project, name }) => `projects/${project}/topics/${name}`,
  },
  google_secret_manager_secret: {
    describe: (object) => gcloud(object, "secrets", "describe", object.secret_id),
    importId: ({ project, secret_id }) => `projects/${project}/secrets/${secret_id}`,
  },
  google_service_account: {
    describe: (object) => gcloud(object, "iam", "service-accounts", "describe", emailOf(object)),
    importId: (object) => `projects/${object.project}/serviceAccounts/${emailOf(object)}`,
  },
};

/** The answer to a question; undefined without one, because a tool is missing, or lacks credentials or permission. */
export async function answerTo([program, ...args]: Question, shell: MaybeAsyncShell): Promise<Json | undefined> {
  const { code, out } = await shell(program, args, SECONDS);
  return code === 0 ? jsonIn(out) : undefined;
}
