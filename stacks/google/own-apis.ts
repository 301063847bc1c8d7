import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { dependable, TerraformResource, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { comesFrom } from "../shared/comes-from";
import { enabledApi } from "./project";

/** The API behind each type, by the start of the type: `pubsub` is `pubsub.googleapis.com`. */
const API_OF: Readonly<Record<string, string>> = {
  google_artifact_registry_: "artifactregistry",
  google_bigquery_: "bigquery",
  google_bigtable_: "bigtableadmin",
  google_cloud_run_: "run",
  google_cloud_scheduler_: "cloudscheduler",
  google_cloud_tasks_: "cloudtasks",
  google_cloudbuild_: "cloudbuild",
  google_cloudfunctions_: "cloudfunctions",
  google_cloudfunctions2_: "cloudfunctions",
  google_compute_: "compute",
  google_dns_: "dns",
  google_eventarc_: "eventarc",
  google_firestore_: "firestore",
  google_iam_: "iam",
  google_kms_: "cloudkms",
  google_logging_: "logging",
  google_monitoring_: "monitoring",
  google_pubsub_: "pubsub",
  google_redis_: "redis",
  google_secret_manager_: "secretmanager",
  google_service_account: "iam",
  google_spanner_: "spanner",
  google_sql_: "sqladmin",
  google_storage_: "storage",
  google_vpc_access_: "vpcaccess",
  google_workflows_: "workflows",
};

/**
 * Enables the APIs behind a project's own resources, and creates these afterwards: Google refuses the creation while the
 * API is off. A type that is not listed stays as it is.
 *
 * @param declared the resources of the stack before the project's own
 */
export function enableOwnApis(stack: TerraformStack, declared: ReadonlySet<unknown>): void {
  const all = stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node));
  const enabled = new Map(
    all.flatMap((each) => (each instanceof ProjectService && each.serviceInput ? [[each.serviceInput, each]] : [])),
  );
  const scope = comesFrom(new Construct(stack, "OwnApis"), ["google", "ownsProject"]);
  for (const resource of all.filter((each) => !declared.has(each))) {
    const [, name] = Object.entries(API_OF).find(([start]) => resource.terraformResourceType.startsWith(start)) ?? [];
    if (name === undefined) continue;
    const host = `${name}.googleapis.com`;
    const api = enabled.get(host) ?? enabledApi(scope, name);
    enabled.set(host, api);
    resource.dependsOn = [...(resource.dependsOn ?? []), dependable(api)];
  }
}
