import { ProjectIamAuditConfig } from "@cdktf/provider-google/lib/project-iam-audit-config";
import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Google APIs behind the resources of a stack: address, then host. */
const APIS = {
  cloudresourcemanager: "cloudresourcemanager.googleapis.com",
  iam: "iam.googleapis.com",
  iamcredentials: "iamcredentials.googleapis.com",
  logging: "logging.googleapis.com",
  monitoring: "monitoring.googleapis.com",
  pubsub: "pubsub.googleapis.com",
  run: "run.googleapis.com",
  secretmanager: "secretmanager.googleapis.com",
  sts: "sts.googleapis.com",
} as const;

/** APIs that audit a federated identity: the token exchange, and minting the identity token. */
const AUDITED = { iam: APIS.iam, sts: APIS.sts } as const;

export interface ProjectProps {
  /** Project id. */
  readonly project: string;
  /** Whether any service has a secret, or a mounted Envoy configuration. Only then is Secret Manager enabled. */
  readonly usesSecrets: boolean;
  /** Whether any secret rotates. If so, Google sends reminders through Pub/Sub. */
  readonly usesTopics: boolean;
  /** Whether auditors read logs here. If so, Cloud Logging is needed for a bucket, a sink and a view. */
  readonly usesLogging: boolean;
  /** Whether Cloud Monitoring has a dashboard or objectives here. */
  readonly usesMonitoring: boolean;
}

/** Project-wide settings, which belong to the environment that owns the project: its APIs and its audit logs. */
export class Project extends Construct {
  /** Wait for these before declaring anything else in the project. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ProjectProps) {
    super(scope, id);
    const optional: Readonly<Record<string, boolean>> = {
      secretmanager: props.usesSecrets,
      logging: props.usesLogging,
      monitoring: props.usesMonitoring,
      pubsub: props.usesTopics,
    };
    const used = Object.entries(APIS).filter(([name]) => optional[name] ?? true);
    this.ready = used.map(
      // APIs stay enabled when the stack is destroyed, because something else in the project may need them.
      ([name, service]) => new ProjectService(this, name, { service, disableOnDestroy: false }),
    );
    const auditLogs = new Construct(this, "AuditLogs");
    for (const [name, service] of Object.entries(AUDITED)) this.audit(auditLogs, name, props, service);
  }

  private audit(scope: Construct, name: string, props: ProjectProps, service: string): void {
    new ProjectIamAuditConfig(scope, name, {
      project: props.project,
      service,
      auditLogConfig: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((logType) => ({ logType })),
      dependsOn: [...this.ready],
    });
  }
}
