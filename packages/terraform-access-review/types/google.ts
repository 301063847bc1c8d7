import { isEnvoyConfiguration } from "../terraform-json/secrets";
import { type Attributes, blocksOf, listOf } from "../terraform-json/stack-json";
import {
  added,
  below,
  notChanged,
  on,
  type ResourceType,
  removed,
  shorterInterval,
  unlessOff,
  unlessOn,
} from "./meaning";

/** A condition of a grant, which its row has. */
const CONDITION = ["condition", ...below("condition", "description", "expression", "title")];

/** A grant to several principals, of which rows show everything but the place of the resource. */
const BINDING: Pick<ResourceType, "access" | "unwritten"> = {
  access: ["members", "role"],
  unwritten: { access: CONDITION },
};

/** Every resource type of Google Cloud that the stacks write, by service. */
export const GOOGLE: Readonly<Record<string, ResourceType>> = {
  // Artifact Registry.
  google_artifact_registry_repository_iam_member: {
    replaces: ["location", "member", "project", "repository", "role"],
    access: ["member", "role"],
    asWritten: ["location", "project", "repository"],
    unwritten: { access: CONDITION },
  },

  // Cloud Run.
  google_cloud_run_v2_service: {
    named: ["service", "name"],
    replaces: ["location", "name", "project"],
    loss: "the service's revisions, and its address",
    access: [
      "custom_audiences",
      "ingress",
      "invoker_iam_disabled",
      // Guards compare everything that decides which program runs.
      ...below(
        "template.containers[]",
        "args",
        ...below("env[]", "name", "value", "value_source.secret_key_ref.secret", "value_source.secret_key_ref.version"),
        "image",
        "name",
        "ports[].container_port",
        ...below("volume_mounts[]", "mount_path", "name"),
      ),
      "template.service_account",
      ...below("template.volumes[]", "name", "secret.items[].path", "secret.items[].version", "secret.secret"),
      // A guard compares which revision gets the calls.
      "traffic",
      ...below("traffic[]", "percent", "revision", "type"),
    ],
    protects: { deletion_protection: unlessOff },
    runs: [
      "annotations.*",
      "description",
      "name",
      ...below(
        "template.containers[]",
        "depends_on",
        "liveness_probe.failure_threshold",
        ...below("liveness_probe.http_get", "path", "port"),
        ...below("liveness_probe", "initial_delay_seconds", "period_seconds", "timeout_seconds"),
        ...below("resources", "cpu_idle", "limits.*", "startup_cpu_boost"),
        "startup_probe.failure_threshold",
        ...below("startup_probe.http_get", "path", "port"),
        ...below("startup_probe", "initial_delay_seconds", "period_seconds", "tcp_socket.port", "timeout_seconds"),
      ),
      ...below("template", "max_instance_request_concurrency", "revision", "scaling"),
      ...below("template.scaling", "max_instance_count", "min_instance_count"),
      "template.timeout",
    ],
    asWritten: ["lifecycle.ignore_changes", "location", "scaling.min_instance_count"],
    unwritten: {
      // The same guards compare any other argument of a program.
      access: ["template.containers.*", "template.volumes.*"],
      runs: ["client", "client_version", "effective_annotations.*", "template.labels.*"],
    },
    going: { "terminal_condition.state": /^CONDITION_FAILED$/ },
    opensOutside: ["traffic"],
    harmlessOutside: [
      "annotations",
      "client",
      "client_version",
      "labels",
      "template[0].annotations",
      "template[0].labels",
    ],
  },
  google_cloud_run_v2_service_iam_binding: {
    kind: "service",
    replaces: ["location", "name", "project", "role"],
    ...BINDING,
    asWritten: ["location", "name"],
  },
  google_cloud_run_v2_service_iam_member: {
    kind: "service",
    replaces: ["location", "member", "name", "project", "role"],
    access: ["member", "role"],
    asWritten: ["location", "name", "project"],
    unwritten: { access: CONDITION },
  },

  // Identities.
  google_iam_workload_identity_pool: {
    named: ["workload identity pool", "workload_identity_pool_id"],
    replaces: ["project", "workload_identity_pool_id"],
    loss: "the workload identity pool: its ID is blocked for 30 days, and no call succeeds until roles are bound to another pool",
    access: ["workload_identity_pool_id"],
    protects: { disabled: on },
    runs: ["description", "display_name"],
    going: { state: /^DELETED$/ },
    restore: ({ workload_identity_pool_id, project }) =>
      `gcloud iam workload-identity-pools undelete ${workload_identity_pool_id} --location=global --project=${project}`,
  },
  google_iam_workload_identity_pool_provider: {
    replaces: ["project", "workload_identity_pool_id", "workload_identity_pool_provider_id"],
    loss: "the pool's provider: its ID is blocked for 30 days, and no call succeeds until there is another provider",
    access: [
      "attribute_condition",
      "attribute_mapping.*",
      "aws.account_id",
      "oidc.issuer_uri",
      "workload_identity_pool_id",
      "workload_identity_pool_provider_id",
    ],
    protects: { disabled: on },
    runs: ["description", "display_name"],
    unwritten: { access: ["oidc.allowed_audiences"] },
    going: { state: /^DELETED$/ },
    restore: ({ workload_identity_pool_id, workload_identity_pool_provider_id, project }) =>
      `gcloud iam workload-identity-pools providers undelete ${workload_identity_pool_provider_id} ` +
      `--workload-identity-pool=${workload_identity_pool_id} --location=global --project=${project}`,
  },
  google_service_account: {
    named: ["service account", "account_id"],
    replaces: ["account_id", "project"],
    loss: "the identity: grants to it elsewhere name a deleted account, even if you create one of the same name",
    access: ["account_id"],
    protects: { disabled: on },
    runs: ["description", "display_name"],
  },
  google_service_account_iam_binding: {
    kind: "service account",
    replaces: ["role", "service_account_id"],
    ...BINDING,
    asWritten: ["service_account_id"],
  },

  // Cloud Logging.
  google_logging_log_view: {
    named: ["log view", "name"],
    replaces: ["bucket", "location", "name", "parent"],
    access: ["filter", "name"],
    runs: ["description"],
    asWritten: ["bucket", "location", "parent"],
    unwritten: { runs: ["create_time", "update_time"] },
  },
  google_logging_log_view_iam_binding: {
    replaces: ["bucket", "condition", "location", "name", "parent", "role"],
    access: ["members", "role"],
    asWritten: ["bucket", "location", "name", "parent"],
    unwritten: { access: CONDITION, runs: ["etag"] },
  },
  google_logging_project_bucket_config: {
    named: ["log bucket", "bucket_id"],
    replaces: ["bucket_id", "location", "project"],
    loss: "every log entry in it, after seven days in which it can be restored and its name is blocked",
    going: { lifecycle_state: /^(DELETE_REQUESTED|FAILED)$/ },
    restore: ({ bucket_id, location, project }) =>
      `gcloud logging buckets undelete ${bucket_id} --location=${location} --project=${project}`,
    // Unset, like 0, is Google's default of 30 days.
    protects: { retention_days: (value) => Number(value) || 30 },
    runs: ["bucket_id", "description"],
    asWritten: ["location", "project"],
    unwritten: { protects: { locked: on }, runs: ["lifecycle_state", "name"] },
    // Google's own buckets exist already, and keep their entries for 30 days.
    isRead: ({ bucket_id, retention_days }) => !(/^_/.test(bucket_id) && Number(retention_days) < 30),
  },
  google_logging_project_sink: {
    named: ["sink", "name"],
    replaces: ["name", "project"],
    access: ["filter"],
    // A bucket of the same project accepts any identity of the sink.
    runs: ["description", "name", "unique_writer_identity"],
    asWritten: ["destination", "project"],
    unwritten: { protects: { disabled: unlessOn }, runs: ["writer_identity"] },
  },

  // Cloud Monitoring grants no access, but losing some of it is a loss.
  google_monitoring_dashboard: {
    kind: "dashboard",
    replaces: ["project"],
    isMonitoring: true,
    runs: ["dashboard_json.*"],
    isHarmlessAlone: true,
  },
  google_monitoring_service: {
    named: ["monitored service", "service_id"],
    replaces: ["basic_service", "project", "service_id"],
    isMonitoring: true,
    runs: [
      "basic_service",
      ...below("basic_service", "service_labels", "service_labels.location", "service_labels.service_name"),
      "basic_service.service_type",
      "display_name",
      "service_id",
    ],
    unwritten: { runs: ["name", "telemetry.*"] },
    isHarmlessAlone: true,
  },
  google_monitoring_slo: {
    named: ["objective", "display_name"],
    replaces: ["project", "service", "slo_id"],
    isMonitoring: true,
    runs: [
      "basic_sli",
      ...below("basic_sli", "availability", "availability.enabled", "latency", "latency.threshold"),
      "display_name",
      "goal",
      "rolling_period_days",
      "service",
      "slo_id",
    ],
    unwritten: { runs: ["name"] },
    isHarmlessAlone: true,
  },

  // The project.
  google_project_iam_audit_config: {
    kind: "project",
    replaces: ["project", "service"],
    protects: {
      audit_log_config: {
        strength: (value) => auditedTypes(value).size - exempted(value).length,
        judges: ({ kind, after }) => kind === "added" && exempted(after).length === 0,
      },
    },
    asWritten: ["audit_log_config.log_type", "project", "service"],
    protection: { words: "an audit log of its data" },
    isRead: ({ audit_log_config }) => exempted(audit_log_config).length === 0,
  },
  google_project_iam_custom_role: {
    named: ["role", "role_id"],
    replaces: ["project", "role_id"],
    // Rows show the permissions of each role that is granted.
    access: [removed("permissions")],
    runs: ["description", "title"],
    asWritten: ["project", "role_id"],
    going: { deleted: /^true$/ },
    restore: ({ role_id, project }) => `gcloud iam roles undelete ${role_id} --project=${project}`,
  },
  google_project_iam_member: {
    replaces: ["member", "project", "role"],
    access: [...CONDITION, "member", "role"],
    asWritten: ["project"],
  },
  google_project_service: {
    replaces: ["project", "service"],
    // Enabling an API in a project grants no principal access to it.
    runs: ["disable_on_destroy", "service"],
    isHarmlessAlone: true,
  },

  // Secret Manager, and the topics of its reminders.
  google_pubsub_topic: {
    named: ["topic", "name"],
    replaces: ["name", "project"],
    loss: "its subscriptions, which receive nothing more",
    runs: ["name"],
  },
  google_pubsub_topic_iam_binding: {
    replaces: ["project", "role", "topic"],
    ...BINDING,
    asWritten: ["topic"],
  },
  google_secret_manager_secret: {
    expressions: ["rotation"],
    named: ["Google secret", "secret_id"],
    kind: "secret",
    replaces: ["project", "replication", "secret_id"],
    loss: "every version of the secret: its values are gone at once",
    access: ["secret_id"],
    protects: { deletion_protection: on, "rotation.rotation_period": shorterInterval },
    runs: [
      // Where the copies are, with Google's own keys.
      "replication.user_managed",
      "replication.user_managed.replicas",
      "replication.user_managed.replicas[].location",
      // A reminder opens nothing. The guard of its interval also reports that reminders end.
      "rotation",
      "rotation.next_rotation_time",
      notChanged("topics"),
      added("topics[].name"),
    ],
    asWritten: ["lifecycle.ignore_changes"],
    // The stacks write `auto` as a block without arguments: Google decides where the copies are.
    unwritten: { runs: ["annotations.*", "replication.auto"] },
    // With it, Google deletes the secret.
    opensOutside: ["expire_time"],
    harmlessOutside: ["rotation[0].next_rotation_time"],
  },
  google_secret_manager_secret_iam_binding: {
    kind: "secret",
    replaces: ["project", "role", "secret_id"],
    ...BINDING,
    asWritten: ["secret_id"],
  },
  google_secret_manager_secret_version: {
    // Its content comes from the stack, so another apply restores it.
    kind: "secret",
    replaces: ["is_secret_data_base64", "secret", "secret_data", "secret_data_wo_version"],
    // The ledger reads Envoy's configuration. The contents of any other secret are not covered.
    access: ["secret_data[*].*"],
    asWritten: ["secret", "secret_data"],
    unwritten: { runs: ["create_time", "deletion_policy", "name", "version"] },
    // The ledger reads Envoy's configuration in every service that mounts it. No row reports the effect of another secret.
    isRead: ({ secret_data }) => isEnvoyConfiguration(secret_data),
  },
};

/** The audited log types. A second entry of the same type adds nothing. */
function auditedTypes(value: unknown): ReadonlySet<unknown> {
  return new Set(blocksOf(value).map(({ log_type }) => log_type));
}

/** The members whose reads entries of an audit configuration omit from the log. */
function exempted(value: unknown): readonly string[] {
  return blocksOf(value).flatMap((entry: Attributes) => listOf(entry.exempted_members));
}
