/** IAM permissions that Terraform's provider needs for one Google resource type. */
export interface GoogleNeed {
  /** To refresh and plan. */
  readonly read: readonly string[];
  /** To create, change and destroy, in addition to what reading needs. */
  readonly write: readonly string[];
  /** To list what no plan sees (`verify --inventory`), in addition to what reading needs. Default: none. */
  readonly list?: readonly string[];
  /** Only in the environment that owns its project. */
  readonly owner?: true;
  /** Limited by a condition to Envoy's configurations. Values of the project's other secrets must not be readable. */
  readonly configurations?: true;
}

/**
 * Permission to set the project's whole policy. It is in a separate role, with a condition that forbids changes to
 * grants. Only audit log settings remain (IAM, "Set limits on granting roles").
 */
export const PROJECT_POLICY = "resourcemanager.projects.setIamPolicy";

const managed = (kind: string) => ({
  read: [`${kind}.get`],
  write: ["create", "delete", "update"].map((verb) => `${kind}.${verb}`),
});
/** Roles name the permissions of pools with the host of their API; the reference of the API leaves the host out. */
const POOLS = "iam.googleapis.com/workloadIdentityPools";
const POOL_PROVIDERS = "iam.googleapis.com/workloadIdentityPoolProviders";
const bindings = (kind: string) => ({ read: [`${kind}.getIamPolicy`], write: [`${kind}.setIamPolicy`] });

/**
 * The reviewed table: every Google resource type that an environment's stack declares, and the permissions it needs.
 * stacks/bootstrap/README.md has the sources. A type without a row, a wildcard, a row that no stack needs, or
 * a permission without a call of provider 6.50 fails a test.
 */
export const GOOGLE_NEEDS: Readonly<Record<string, GoogleNeed>> = {
  google_cloud_run_v2_service: {
    read: ["run.services.get"],
    write: [
      // Needed because each service runs as its own account.
      "iam.serviceAccounts.actAs",
      "run.operations.get",
      "run.services.create",
      "run.services.delete",
      // Needed to switch the invoker check off, where Envoy checks callers instead.
      "run.services.setIamPolicy",
      "run.services.update",
    ],
  },
  google_cloud_run_v2_service_iam_binding: bindings("run.services"),
  // On existing services of the environment's own project. Their owner grants it in any other (docs/how-to/existing-service.md).
  google_cloud_run_v2_service_iam_member: {
    // The plan also reads the service, and its policy.
    read: ["run.services.get", "run.services.getIamPolicy"],
    write: ["run.services.setIamPolicy"],
  },
  google_iam_workload_identity_pool: managed(POOLS),
  google_iam_workload_identity_pool_provider: {
    ...managed(POOL_PROVIDERS),
    list: [`${POOL_PROVIDERS}.list`],
  },
  google_logging_log_view: managed("logging.views"),
  google_logging_log_view_iam_binding: bindings("logging.views"),
  google_logging_project_bucket_config: {
    read: ["logging.buckets.get"],
    // Bucket creation is a polled operation. Deleted buckets are not restored.
    write: ["logging.buckets.create", "logging.buckets.delete", "logging.buckets.update", "logging.operations.get"],
  },
  google_logging_project_sink: managed("logging.sinks"),
  google_monitoring_dashboard: managed("monitoring.dashboards"),
  google_monitoring_service: managed("monitoring.services"),
  google_monitoring_slo: managed("monitoring.slos"),
  google_project_iam_audit_config: {
    read: ["resourcemanager.projects.getIamPolicy"],
    write: [PROJECT_POLICY],
    owner: true,
  },
  google_project_service: {
    read: ["resourcemanager.projects.get", "serviceusage.services.list"],
    write: ["serviceusage.operations.get", "serviceusage.services.enable"],
    owner: true,
  },
  google_pubsub_topic: managed("pubsub.topics"),
  google_pubsub_topic_iam_binding: bindings("pubsub.topics"),
  google_secret_manager_secret: managed("secretmanager.secrets"),
  google_secret_manager_secret_iam_binding: bindings("secretmanager.secrets"),
  google_secret_manager_secret_version: {
    // Refreshing a version reads its value.
    read: ["secretmanager.versions.access", "secretmanager.versions.get"],
    // A new version is also enabled. No version is destroyed, because instances of an older revision mount the older
    // version.
    write: ["secretmanager.versions.add", "secretmanager.versions.enable"],
    configurations: true,
  },
  google_service_account: {
    read: ["iam.serviceAccounts.get"],
    write: [
      "iam.serviceAccounts.create",
      "iam.serviceAccounts.delete",
      // Re-enables an account that was disabled by hand. The program disables none.
      "iam.serviceAccounts.enable",
      "iam.serviceAccounts.update",
    ],
    list: ["iam.serviceAccountKeys.list"],
  },
  google_service_account_iam_binding: bindings("iam.serviceAccounts"),
};

type Kinds = readonly ("read" | "write" | "list")[];

/** All permissions of these kinds on the project, sorted, without duplicates. */
export function googlePermissions(kinds: Kinds, ownsProject: boolean): readonly string[] {
  const needs = Object.values(GOOGLE_NEEDS).filter(({ owner }) => ownsProject || owner === undefined);
  return permissionsOf(
    needs.filter(({ configurations }) => configurations === undefined),
    kinds,
  );
}

/** Permissions limited to Envoy's configurations. */
export function configurationPermissions(kinds: Kinds): readonly string[] {
  return permissionsOf(
    Object.values(GOOGLE_NEEDS).filter(({ configurations }) => configurations),
    kinds,
  );
}

function permissionsOf(needs: readonly GoogleNeed[], kinds: Kinds): readonly string[] {
  return [...new Set(needs.flatMap((need) => kinds.flatMap((kind) => need[kind] ?? [])))].sort();
}
