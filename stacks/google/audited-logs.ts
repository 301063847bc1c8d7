import { LoggingLogView } from "@cdktf/provider-google/lib/logging-log-view";
import { LoggingLogViewIamBinding } from "@cdktf/provider-google/lib/logging-log-view-iam-binding";
import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { routedLogs, visibleLogs } from "./log-filters";

export interface AuditedLogsProps {
  /** Shared name of the bucket and the sink, each unique in the project. */
  readonly name: string;
  readonly project: string;
  readonly region: string;
  /** 1-3650 (Cloud Logging, "Quotas and limits"). */
  readonly retentionDays: number;
  /** Names of the Cloud Run services. Their invoker accounts have the same names; runtime accounts add `-rt`. */
  readonly services: readonly string[];
  /** Workload identity pool; undefined without federation. */
  readonly poolId?: string;
  /** E-mail addresses of the groups. */
  readonly groups: readonly string[];
  readonly after: readonly ITerraformDependable[];
}

/**
 * The environment's own log bucket, with the config's retention, and a view of it that the auditors' groups may read.
 * Google's bucket `_Default` keeps its own copy for its own retention, which auditors cannot read.
 */
export class AuditedLogs extends Construct {
  /** `projects/P/locations/L/buckets/B/views/V`. */
  readonly view: string;

  constructor(scope: Construct, id: string, props: AuditedLogsProps) {
    super(scope, id);
    const { project, region: location } = props;
    const bucket = new LoggingProjectBucketConfig(new Construct(this, "Bucket"), "auditors", {
      project,
      location,
      bucketId: props.name,
      description: "Requests, lines and audit logs of the front door's services",
      retentionDays: props.retentionDays,
      dependsOn: [...props.after],
    });
    // Writing to a bucket in the sink's own project needs no grant (Cloud Logging, "Set destination permissions").
    new LoggingProjectSink(new Construct(this, "Sink"), "auditors", {
      name: props.name,
      project,
      description: "Of this environment's services and accounts alone",
      destination: `logging.googleapis.com/${bucket.id}`,
      filter: routedLogs(props),
      uniqueWriterIdentity: true,
    });
    const view = new LoggingLogView(new Construct(this, "View"), "auditors", {
      parent: `projects/${project}`,
      location,
      bucket: bucket.bucketId,
      name: "auditors",
      description: "Requests and audit logs, and nothing that a container prints",
      filter: visibleLogs(project),
    });
    new LoggingLogViewIamBinding(new Construct(this, "Readers"), "auditors", {
      parent: view.parent,
      location,
      bucket: view.bucket,
      name: view.name,
      role: "roles/logging.viewAccessor",
      members: props.groups.map((group) => `group:${group}`),
    });
    this.view = `projects/${project}/locations/${location}/buckets/${props.name}/views/auditors`;
  }
}
