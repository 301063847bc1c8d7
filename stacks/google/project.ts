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

/** Project-wide settings, which belong to the environment that owns the project: its APIs and its audit logs. */
export class Project extends Construct {
  /** Wait for these before declaring anything else in the project. */
  readonly ready: readonly ITerraformDependable[];

  /** @param uses whether the stack needs an API; those that are not named are always enabled */
  constructor(scope: Construct, id: string, project: string, uses: Readonly<Partial<Record<string, boolean>>>) {
    super(scope, id);
    const used = Object.entries(APIS).filter(([name]) => uses[name] ?? true);
    this.ready = used.map(
      // APIs stay enabled when the stack is destroyed, because something else in the project may need them.
      ([name, service]) => new ProjectService(this, name, { service, disableOnDestroy: false }),
    );
    const auditLogs = new Construct(this, "AuditLogs");
    for (const [name, service] of Object.entries(AUDITED)) this.audit(auditLogs, name, project, service);
  }

  private audit(scope: Construct, name: string, project: string, service: string): void {
    new ProjectIamAuditConfig(scope, name, {
      project,
      service,
      auditLogConfig: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((logType) => ({ logType })),
      dependsOn: [...this.ready],
    });
  }
}
