import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { RunningProviders } from "./running-providers";

/** What a cloud refuses about objects of one type. */
interface TypeRules {
  /** The attributes that make up its name, of which only one object may exist. */
  readonly name: readonly string[];
  /** The attribute that protects it from deletion. */
  readonly protection?: string;
  /** Its name stays taken after a deletion. */
  readonly staysTaken?: boolean;
  /** The error if the name is taken. */
  readonly taken?: string;
  /** Its argument that may not be true while an object of this type has its name. */
  readonly alone?: readonly [argument: string, type: string];
  /** It is deleted with the object whose id this attribute has. */
  readonly goesWith?: string;
  /** It cannot be deleted while this attribute of an object of this type has its id. */
  readonly usedBy?: readonly [type: string, attribute: string];
}

/** From the documentation of both clouds. A type that is not listed is never refused. */
const RULES: Readonly<Record<string, TypeRules>> = {
  aws_api_gateway_authorizer: { name: ["rest_api_id", "name"], usedBy: ["aws_api_gateway_method", "authorizer_id"] },
  aws_api_gateway_deployment: { name: ["id"], usedBy: ["aws_api_gateway_stage", "deployment_id"] },
  aws_api_gateway_method: { name: ["rest_api_id", "resource_id", "http_method"] },
  aws_api_gateway_resource: { name: ["rest_api_id", "parent_id", "path_part"] },
  aws_api_gateway_stage: { name: ["rest_api_id", "stage_name"] },
  aws_apigatewayv2_authorizer: { name: ["api_id", "name"], usedBy: ["aws_apigatewayv2_route", "authorizer_id"] },
  aws_apigatewayv2_integration: { name: ["id"] },
  aws_apigatewayv2_route: { name: ["api_id", "route_key"] },
  aws_cloudwatch_log_group: { name: ["name"] },
  aws_cognito_resource_server: { name: ["user_pool_id", "identifier"] },
  aws_cognito_user_pool: { name: ["id"], protection: "deletion_protection" },
  aws_cognito_user_pool_domain: { name: ["domain"] },
  aws_iam_role: { name: ["name"] },
  aws_lambda_alias: { name: ["function_name", "name"] },
  aws_lambda_function: { name: ["function_name"] },
  aws_secretsmanager_secret: { name: ["name"], staysTaken: true },
  google_cloud_run_v2_service: {
    name: ["name"],
    protection: "deletion_protection",
    alone: ["invoker_iam_disabled", "google_cloud_run_v2_service_iam_binding"],
  },
  google_cloud_run_v2_service_iam_binding: { name: ["name"] },
  google_iam_workload_identity_pool: {
    name: ["workload_identity_pool_id"],
    staysTaken: true,
    taken: "Error creating WorkloadIdentityPool: googleapi: Error 409: Requested entity already exists",
  },
  google_iam_workload_identity_pool_provider: {
    name: ["workload_identity_pool_id", "workload_identity_pool_provider_id"],
    staysTaken: true,
  },
  google_logging_project_bucket_config: { name: ["bucket_id"], staysTaken: true },
  google_pubsub_topic: { name: ["name"] },
  google_secret_manager_secret: { name: ["secret_id"], protection: "deletion_protection" },
  google_secret_manager_secret_iam_binding: { name: ["secret_id", "role"], goesWith: "secret_id" },
  google_service_account: { name: ["account_id"] },
};

/** The error of a create whose answer is lost. */
const LOST = "read tcp: connection reset by peer";

/** A thread that does not start hangs. */
const HANGS_MS = 60_000;

/**
 * The stand-in providers with the refusals of the clouds: a name that is taken, also by a soft-deleted object, and the
 * deletion of something protected or in use. A create can fail once after its object exists.
 */
export class RefusingCloud {
  /** A Terraform that uses it. */
  readonly terraform: string;
  private readonly failing: string;
  private readonly log: string;
  private readonly worker: Worker;

  constructor(providers: RunningProviders, folder: string) {
    this.terraform = join(folder, "refusing-terraform");
    this.failing = join(folder, "failing.json");
    this.log = join(folder, "calls.txt");
    this.fails({});
    const started = new Int32Array(new SharedArrayBuffer(4));
    const sockets = providers.sockets.map((provider, index) => ({ provider, socket: join(folder, `cloud-${index}`) }));
    const workerData = { started, rules: RULES, doors: sockets, lost: LOST, failing: this.failing, log: this.log };
    // A thread, because tests block this one while Terraform runs.
    this.worker = new Worker(join(__dirname, "refusing-doors.cjs"), { workerData });
    this.worker.unref();
    for (let count = 0; count < sockets.length; count = Atomics.load(started, 0))
      Atomics.wait(started, 0, count, HANGS_MS);
    const script = sockets.reduce(
      (text, { provider, socket }) => text.replaceAll(provider, socket),
      readFileSync(providers.terraform, "utf8"),
    );
    writeFileSync(this.terraform, script);
    chmodSync(this.terraform, 0o700);
  }

  /** Creates whose answer is lost once: the object exists afterwards, and Terraform gets an error and no object. */
  loses(...names: readonly string[]): void {
    this.fails(Object.fromEntries(names.map((name) => [name, LOST])));
  }

  /** Creates that fail once although the object exists afterwards: errors by `<type> <name>`, `<type>` or `*`. Empty: none. */
  fails(errors: Readonly<Record<string, string>>): void {
    this.errors({ fails: errors });
  }

  /** Creates that are refused as often as they have errors, and make nothing: by `<type> <name>`. */
  refuses(errors: Readonly<Record<string, readonly string[]>>): void {
    this.errors({ refuses: errors });
  }

  private errors(by: Readonly<Record<string, object>>): void {
    writeFileSync(this.failing, JSON.stringify(by));
  }

  /** The calls for types with names since the last one, `create <type> <name>`, in their order; `refused …` if refused. */
  calls(): readonly string[] {
    const text = existsSync(this.log) ? readFileSync(this.log, "utf8") : "";
    writeFileSync(this.log, "");
    return text.trim() === "" ? [] : text.trim().split("\n");
  }

  stop(): void {
    void this.worker.terminate();
  }
}
