import { ProjectIamAuditConfig } from "@cdktf/provider-google/lib/project-iam-audit-config";
import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Google APIs behind the resources of a stack, by the start of their host. */
const APIS = "cloudresourcemanager iam iamcredentials logging monitoring pubsub run secretmanager sts".split(" ");

/** APIs that audit a federated identity: the token exchange, and minting the identity token. */
const AUDITED = ["iam", "sts"];

/** Enables an API. It stays enabled when the stack is destroyed: something else in the project may need it. */
export function enabledApi(scope: Construct, name: string): ProjectService {
  return new ProjectService(scope, name, { service: `${name}.googleapis.com`, disableOnDestroy: false });
}

/** Project-wide settings, which belong to the environment that owns the project: its APIs and its audit logs. */
export class Project extends Construct {
  /** Wait for these before declaring anything else in the project. */
  readonly ready: readonly ITerraformDependable[];

  /** @param uses whether the stack needs an API; those that are not named are always enabled */
  constructor(scope: Construct, id: string, project: string, uses: Readonly<Partial<Record<string, boolean>>>) {
    super(scope, id);
    this.ready = APIS.filter((name) => uses[name] ?? true).map((name) => enabledApi(this, name));
    const auditLogs = new Construct(this, "AuditLogs");
    for (const name of AUDITED) {
      new ProjectIamAuditConfig(auditLogs, name, {
        project,
        service: `${name}.googleapis.com`,
        auditLogConfig: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((logType) => ({ logType })),
        dependsOn: [...this.ready],
      });
    }
  }
}
